"""M13: the company's picture over the API and on pages."""

from dataclasses import replace
from hashlib import sha256

import httpx
import pytest

from gateway.application.errors import ImageRefused
from gateway.projections.tenant import TENANT as MODEL
from gateway.projections.tenant import TenantRow, evolve
from gateway.sources.contracts import TenantOpened
from gateway.sources.users import TenantImageChanged
from tests.unit.gateway.browser import browser
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, TENANT, USER
from tests.unit.gateway.reading import Page, person, read
from tests.unit.gateway.reading import enter as enter_pages
from tests.unit.gateway.test_api_people import enter
from tests.unit.gateway.test_projections import about
from tests.unit.gateway.world import World

API = "/api/v1/tenant/image"
WHERE = "/settings/company/image"
PNG = b"\x89PNG and so on"
DIGEST = sha256(PNG).hexdigest()
ANY = {"if-match": "*"}


def show(world: World, content: bytes = PNG) -> None:
    """Have a picture, and the read model know it."""
    world.directory.images[TENANT] = content
    row = world.boards.tenants[TENANT]
    world.boards.tenants[TENANT] = replace(row, image=sha256(content).hexdigest(), image_width=300, image_height=96)


async def test_m13_a_picture_is_given_with_its_etag_and_not_twice(world: World) -> None:
    show(world)
    async with browser(world) as http:
        await enter(http)
        told = await http.get(API)
        again = await http.get(API, headers={"if-none-match": told.headers["etag"]})
    assert (told.content, told.headers["content-type"], told.headers["etag"]) == (PNG, "image/png", f'"{DIGEST}"')
    assert told.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")


async def test_m13_without_a_picture_there_is_none(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        told = await http.get(API)
    assert (told.status_code, told.json()["code"]) == (404, "image-unknown")


async def test_m13_the_body_is_passed_on_whatever_it_says_it_is(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        for kind in ("image/png", "text/html", "application/x-www-form-urlencoded"):
            assert (await http.put(API, content=PNG, headers=ANY | {"content-type": kind})).status_code == 204
        assert (await http.delete(API, headers=ANY)).status_code == 204
    assert [name for name, *_ in world.directory.calls] == ["change_image"] * 3 + ["remove_image"]
    assert world.directory.images == {}


async def test_m13_a_body_that_is_too_large_goes_no_further(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        told = await http.put(API, content=b"x" * 200_001, headers=ANY | {"content-type": "image/png"})
        assert (told.status_code, told.json()["code"]) == (422, "image-refused")
        assert told.json()["errors"][0]["code"] == "too-large"
        assert (await http.put(API, content=b"x" * 300_000, headers=ANY)).status_code == 413
    assert world.directory.calls == []


async def test_n1_everybody_sees_the_picture_and_administrators_change_it(world: World) -> None:
    show(world)
    world.boards.persons[USER] = replace(world.boards.persons[USER], role="GENERAL_USER")
    async with browser(world) as http:
        await enter(http)
        assert (await http.get(API)).status_code == 200
        assert (await http.put(API, content=PNG, headers=ANY)).status_code == 403
        assert (await http.delete(API, headers=ANY)).status_code == 403
    async with person(world) as http:
        await enter_pages(http)
        assert (await http.get(WHERE)).status_code == 403


async def test_m13_pages_show_the_picture_at_an_address_that_changes_with_it(world: World) -> None:
    show(world)
    async with person(world) as http:
        await enter_pages(http)
        page = (await http.get("/settings")).text
        assert f'src="/company/image/{DIGEST}" width="300" height="96"' in page
        told = await http.get(f"/company/image/{DIGEST}")
        assert (told.content, told.headers["cache-control"]) == (PNG, "private, max-age=31536000, immutable")
        assert told.headers["etag"] == f'"{DIGEST}"'
        other = await http.get(f"/company/image/{'0' * 64}")
        assert (other.status_code, other.headers["cache-control"]) == (404, "no-store")
        for odd in ("x", DIGEST.upper(), "..%2f..%2fetc"):
            assert (await http.get(f"/company/image/{odd}")).status_code in (404, 422)
    async with person(world) as http:
        assert (await http.get(f"/company/image/{DIGEST}")).status_code in (303, 401)


async def test_m13_a_picture_is_fetched_once(world: World) -> None:
    show(world)
    async with browser(world) as http:
        await enter(http)
        assert (await http.get(API)).content == PNG
        del world.directory.images[TENANT]
        assert (await http.get(API)).content == PNG
        show(world, b"another")
        assert (await http.get(API)).content == b"another"


async def sent(http: httpx.AsyncClient, content: bytes) -> httpx.Response:
    page = read(await http.get(WHERE))
    files = {"image": ("logo.png", content, "image/png")} if content else None
    return await http.post(WHERE, data=page.form(WHERE), files=files)


async def form_of(http: httpx.AsyncClient, page: Page, deed: str) -> Page:
    """Return the page with the form of a deed: the picture's own, or the question before it goes."""
    if deed == WHERE:
        return page
    (link,) = (where for where, words in page.links if words == "画像を取り除く")
    assert link.startswith(f"{deed}?")
    return read(await http.get(link))


async def test_m13_an_administrator_uploads_and_removes_a_picture(world: World) -> None:
    async with person(world) as http:
        await enter_pages(http)
        done = await sent(http, PNG)
        assert done.headers["location"] == f"{WHERE}?notice=shown"
        assert world.directory.images[TENANT] == PNG
        show(world)
        page = read(await http.get(f"{WHERE}?notice=shown"))
        assert "画像を表示しました" in page.text
        asked = await form_of(http, page, f"{WHERE}/removal")
        assert "会社の画像を取り除きますか" in asked.text
        assert (WHERE, "キャンセル") in asked.links
        gone = await http.post(f"{WHERE}/removal", data=asked.form(f"{WHERE}/removal"))
        assert gone.headers["location"] == f"{WHERE}?notice=removed"
    assert world.directory.images == {}


@pytest.mark.parametrize("deed", [WHERE, f"{WHERE}/removal"])
@pytest.mark.parametrize("forged", ["", "x", '"\r\nX-Other: 1', "0" * 65])
async def test_m7_a_page_that_shows_another_picture_changes_nothing(world: World, deed: str, forged: str) -> None:
    show(world)
    async with person(world) as http:
        await enter_pages(http)
        page = await form_of(http, read(await http.get(WHERE)), deed)
        show(world, b"another")
        files = {"image": ("logo.png", PNG, "image/png")} if deed == WHERE else None
        stale = await http.post(deed, data=page.form(deed), files=files)
        assert stale.status_code == 412
        assert "ほかの人が先にこの内容を変更しました" in read(stale).text
        assert sha256(b"another").hexdigest() in stale.text, "the page shows the other's picture"
        assert (await http.post(deed, data=page.form(deed) | {"shown": forged}, files=files)).status_code == 412
        assert world.directory.images[TENANT] == b"another"
        again = await form_of(http, read(stale), deed)
        assert (await http.post(deed, data=again.form(deed), files=files)).status_code == 303


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not-a-picture", "画像として読み取れません"),
        ("too-many-pixels", "1024ピクセルまで"),
        ("too-large", "200 kBまで"),
    ],
)
async def test_m13_what_is_wrong_with_a_picture_is_said_at_its_field(world: World, code: str, words: str) -> None:
    async with person(world) as http:
        await enter_pages(http)
        world.directory.refusal = ImageRefused(errors=[{"pointer": "", "code": code, "detail": "x"}])
        answer = await sent(http, PNG)
        assert answer.status_code == 422
        assert words in read(answer).text


async def test_m13_a_form_with_a_file_far_too_large_is_answered_by_the_page(world: World) -> None:
    async with person(world) as http:
        await enter_pages(http)
        answer = await sent(http, b"x" * 1_000_000)
        assert answer.status_code == 422
        assert "200 kBまで" in read(answer).text
        empty = await sent(http, b"")
        assert (empty.status_code, "選択してください" in read(empty).text) == (422, True)


def test_t14_the_picture_may_be_told_before_the_company() -> None:
    shown = TenantImageChanged(digest=DIGEST, width=3, height=2)
    opened = TenantOpened(tenant_id=TENANT, company_name="株式会社さくら商事", at=NOW)
    expected = TenantRow(
        tenant_id=TENANT, company_name="株式会社さくら商事", image=DIGEST, image_width=3, image_height=2
    )
    assert evolve(evolve(None, shown, about()), opened, about()) == expected
    assert evolve(evolve(None, opened, about()), shown, about()) == expected
    assert evolve(expected, TenantImageChanged(), about()).image is None
    assert MODEL.key(shown, replace(about(), tenant_id=OTHER_TENANT)) == str(OTHER_TENANT)
