"""What people send that cannot be, over the running portal: all of it is said at once, and nothing comes of it."""

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from tests.e2e.administrator import Administrator, at_work
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until

REQUIRED = {"email", "name", "phoneNumber", "mailLanguage", "timezone", "secondFactor", "role"}
ARABIC = "محمد عبد الله"
COMBINED = "Z\u0351\u0301a\u0308ﬁ 山田\u3099"
WIDE = {ord("0") + n: chr(0xFF10 + n) for n in range(10)}
CONTROLS = ("%00", "%01", "a%0Ab", "%1b%5B2J", "%E2%80%AE")
DETAILS = {"sessionIdleMinutes": 30, "sessionAbsoluteHours": 12, "trustedBrowser": False, "secondFactors": ["TOTP"]}


@pytest.fixture
async def administrator(portal: Portal) -> Administrator:
    """Return an administrator, logged in."""
    return await at_work(portal, Person(second_factor="MAIL_OTP", contracts=1))


def form(**changes: Any) -> dict[str, Any]:
    somebody = Person(second_factor="MAIL_OTP")
    return {
        "email": somebody.email,
        "name": somebody.name,
        "phoneNumber": somebody.phone,
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "secondFactor": "MAIL_OTP",
        "role": "GENERAL_USER",
    } | changes


async def patiently(administrator: Administrator, wish: dict[str, Any]) -> httpx.Response:
    """Add somebody; what is recorded and not in force yet is asked about again under the same key."""
    key = str(uuid4())
    while True:
        answer = await administrator.call("POST", "/users", wish, **{"idempotency-key": key})
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            return answer
        await asyncio.sleep(0.2)


def wrong(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["pointer"].removeprefix("/"): one["code"] for one in answer.json()["errors"]}


async def total(administrator: Administrator) -> int:
    return int((await administrator.call("GET", "/users")).json()["total"])


async def test_s35_every_missing_field_is_named_at_once_and_nothing_comes_of_it(administrator: Administrator) -> None:
    assert set(wrong(await administrator.call("POST", "/users", {}))) == REQUIRED
    assert wrong(await administrator.call("POST", "/groups", {})) == {"name": "missing"}
    settings = wrong(await administrator.call("PUT", "/tenant/settings", {}))
    assert set(settings) == {*DETAILS, "allowedNetworks"}
    assert await total(administrator) == 1


async def test_s35_unknown_values_and_zones_and_names_without_end_are_named_at_once(
    administrator: Administrator,
) -> None:
    odd = form(
        role="KING",
        secondFactor="SMS",
        mailLanguage="fr",
        timezone="Asia/Atlantis",
        name="長" * 10_000,
        title="T" * 10_000,
        comment="c" * 10_000,
    )
    assert wrong(await administrator.call("POST", "/users", odd)) == {
        "role": "unknown-value",
        "secondFactor": "unknown-value",
        "mailLanguage": "unknown-value",
        "timezone": "unknown-value",
        "name": "too-long",
        "title": "too-long",
        "comment": "too-long",
    }
    for zone in ("asia/tokyo", "JST", "+09:00", "Etc/../Tokyo", "posix/Asia/Tokyo"):
        assert wrong(await administrator.call("POST", "/users", form(timezone=zone))) == {"timezone": "unknown-value"}
    assert wrong(await administrator.call("POST", "/groups", {"name": "g" * 10_000})) == {"name": "too-long"}
    assert await total(administrator) == 1


async def test_s26_m7_of_fifty_who_add_one_address_at_once_one_does(administrator: Administrator) -> None:
    wish = form()
    spelled = [wish | {"email": wish["email"].swapcase() if number % 2 else wish["email"]} for number in range(50)]
    answers = await asyncio.gather(*(patiently(administrator, one) for one in spelled))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] + [409] * 49
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"email-taken"}
    found = (await administrator.call("GET", f"/users?q={wish['email']}")).json()
    assert found["total"] == 1


async def test_m7_a_stale_version_is_refused_on_every_kind_of_thing(administrator: Administrator) -> None:
    user_id = await administrator.add(Person(second_factor="MAIL_OTP"))
    group_id = (await administrator.done("POST", "/groups", {"name": "営業部"}))["groupId"]
    settings = DETAILS | {"allowedNetworks": []}
    for method, path, body in (
        ("PATCH", f"/users/{user_id}", {"title": "部長"}),
        ("POST", f"/users/{user_id}/suspension", None),
        ("DELETE", f"/users/{user_id}", None),
        ("PATCH", f"/groups/{group_id}", {"description": "新しい"}),
        ("PUT", f"/groups/{group_id}/permissions", {"permissions": []}),
        ("DELETE", f"/groups/{group_id}", None),
        ("PUT", "/tenant/settings", settings),
    ):
        stale = await administrator.call(method, path, body, **{"if-match": '"99"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale"), path
        said = await administrator.call(method, path, body, **{"if-match": ""})
        assert said.status_code == 422, path
    for path in (f"/users/{user_id}", f"/groups/{group_id}", "/tenant/settings"):
        one = await administrator.call("GET", path)
        assert one.headers["etag"] == f'"{one.json()["version"]}"'


async def test_names_from_right_to_left_and_of_many_marks_are_kept_and_isolated_on_pages(
    administrator: Administrator,
) -> None:
    for name in (ARABIC, COMBINED):
        user_id = (await administrator.done("POST", "/users", form(name=name)))["userId"]
        assert (await administrator.call("GET", f"/users/{user_id}")).json()["name"] == name
        page = (await administrator.browser.page(f"/users/{user_id}")).text
        assert f"<h1><bdi>{name}</bdi></h1>" in page
        group_id = (await administrator.done("POST", "/groups", {"name": name}))["groupId"]
        assert f"<bdi>{name}</bdi>" in (await administrator.browser.page(f"/groups/{group_id}")).text
    listed = (await administrator.browser.page("/users")).text
    assert f"<bdi>{ARABIC}</bdi>" in listed
    # What turns the direction of everything behind it is no name.
    turned = await administrator.call("POST", "/users", form(name="山田\u202e太郎"))
    assert wrong(turned) == {"name": "control-character"}


async def test_s26_a_domain_in_any_script_is_one_with_its_ascii_form(
    portal: Portal, administrator: Administrator
) -> None:
    mark = uuid4().hex[:8]
    somebody = form(email=f"hanako.{mark}@例え.jp")
    user_id = (await administrator.done("POST", "/users", somebody))["userId"]
    taken = await administrator.call("POST", "/users", form(email=f"Hanako.{mark}@XN--r8jz45g.jp"))
    assert (taken.status_code, taken.json()["code"]) == (409, "email-taken")
    assert (await administrator.call("GET", f"/users/{user_id}")).json()["email"] == somebody["email"]
    assert f"hanako.{mark}@xn--r8jz45g.jp" in (await administrator.browser.page(f"/users/{user_id}")).text
    # The mail goes out to what every mail server takes, and the person may log in by either form.
    token = (await portal.mailbox.wait(f"hanako.{mark}@xn--r8jz45g.jp"))[0].token
    person = {"email": f"hanako.{mark}@xn--r8jz45g.jp", "name": somebody["name"]}
    proof = {"token": token, **person, "contactPhoneNumber": somebody["phoneNumber"]}
    confirmed = await portal.browser().post("/activation/confirmation", proof, **{"idempotency-key": mark})
    assert confirmed.status_code == 200, confirmed.text


async def test_s26_a_domain_that_mixes_lookalikes_is_refused(administrator: Administrator) -> None:
    for domain in ("\u0430pple.com", "ex\u0430mple.co.jp", "xn--pple-43d.com"):
        answer = await administrator.call("POST", "/users", form(email=f"hanako@{domain}"))
        assert wrong(answer) == {"email": "mixed-script"}, domain


async def test_s23_phones_are_shown_as_typed_and_found_in_any_form(administrator: Administrator) -> None:
    digits = f"{uuid4().int % 10**8:08}"
    typed = f"090-{digits[:4]}-{digits[4:]}"
    user_id = (await administrator.done("POST", "/users", form(phoneNumber=typed)))["userId"]
    assert (await administrator.call("GET", f"/users/{user_id}")).json()["phoneNumber"] == typed
    for sought in (
        typed,
        f"090{digits}",
        f"+8190{digits}",
        f"+81 90-{digits[:4]}-{digits[4:]}",
        f"090{digits}".translate(WIDE),
    ):
        found = (await administrator.call("GET", f"/users?q={quote(sought)}")).json()["items"]
        assert [one["userId"] for one in found] == [user_id], sought
    for odd in ("12", "+81", "phone", "090-1234-5678-9012-3456", "+999 1234"):
        assert wrong(await administrator.call("POST", "/users", form(phoneNumber=odd))) == {"phoneNumber": "malformed"}


async def test_control_characters_in_a_search_are_refused_and_break_no_page(administrator: Administrator) -> None:
    group_id = (await administrator.done("POST", "/groups", {"name": "営業部"}))["groupId"]
    for one in CONTROLS:
        assert wrong(await administrator.call("GET", f"/users?q={one}")) == {"q": "control-character"}, one
        assert (await administrator.call("GET", f"/users?cursor={one}")).status_code == 422
        for path in (f"/users?q={one}", f"/users?group={one}&sort={one}", f"/groups/{group_id}?find={one}"):
            assert (await administrator.browser.page(path)).status_code == 200, path
        assert (await administrator.browser.page(f"/users?cursor={one}")).status_code == 422, one


async def test_a_parameter_that_stands_twice_is_refused(administrator: Administrator) -> None:
    for path in ("/users?limit=1&limit=2", "/users?q=a&q=b", "/registrations?state=WAITING&state=EXPIRED"):
        assert set(wrong(await administrator.call("GET", path)).values()) == {"repeated"}, path


async def test_a7_a_cursor_of_another_company_is_refused(portal: Portal, administrator: Administrator) -> None:
    other = await at_work(portal, Person(second_factor="MAIL_OTP", contracts=1))
    for one in (administrator, other):
        await one.add(Person(second_factor="MAIL_OTP"))
    for path in ("/users", "/registrations"):

        async def cursor(path: str = path) -> str | None:
            found: str | None = (await other.call("GET", f"{path}?limit=1")).json()["nextCursor"]
            return found

        foreign = await until(cursor)
        answer = await administrator.call("GET", f"{path}?limit=1&cursor={foreign}")
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor-unreadable")


async def test_d15_a_hundred_and_one_networks_and_a_list_without_its_author_are_refused(
    administrator: Administrator,
) -> None:
    many = [f"10.{number}.0.0/16" for number in range(101)]
    settings = DETAILS | {"allowedNetworks": many}
    assert wrong(await administrator.call("PUT", "/tenant/settings", settings)) == {"allowedNetworks": "too-many"}
    odd = ["10.0.0.1/8", "999.0.0.0/8", "2001:db8::/129", "10.0.0.0/8 "]
    refused = wrong(await administrator.call("PUT", "/tenant/settings", DETAILS | {"allowedNetworks": odd}))
    assert set(refused) == {"allowedNetworks/0", "allowedNetworks/1", "allowedNetworks/2"}
    out = await administrator.call("PUT", "/tenant/settings", DETAILS | {"allowedNetworks": ["203.0.113.0/24"]})
    assert (out.status_code, out.json()["code"]) == (409, "network-excludes-you")
    assert (await administrator.call("GET", "/tenant/settings")).json()["allowedNetworks"] == []


async def test_formulas_and_script_in_every_text_are_kept_as_text(administrator: Administrator) -> None:
    evil = {"name": "=HYPERLINK(1)", "title": "<script>alert(1)</script>", "comment": "@SUM(1)"}
    user_id = (await administrator.done("POST", "/users", form(**evil)))["userId"]
    person = (await administrator.call("GET", f"/users/{user_id}")).json()
    assert {name: person[name] for name in evil} == evil
    page = (await administrator.browser.page(f"/users/{user_id}")).text
    assert "<script>alert" not in page
    export = (await administrator.call("GET", f"/users/{user_id}/history/export")).text
    assert '"\'=HYPERLINK(1)"' in export
    assert '"\'@SUM(1)"' in export
