"""A wish that got no clear answer: pressing again means the same one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from fastapi.routing import APIRoute

from gateway.application.directory import Status
from gateway.application.errors import AccessPending
from gateway.web import pages
from kernel.domain.errors import Refused, Unavailable
from tests.unit.gateway.asking import touched
from tests.unit.gateway.changing_forms import FORMS, IMAGE, Form
from tests.unit.gateway.fakes import GROUP, TENANT
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.test_company_image import show
from tests.unit.gateway.world import World

PROOF = "a code, a signature or who one is: looked at anew each time, and each wrong one counts"
ONE_OF_MANY = "each row of a list has the same address: the key of one must not stand for another"
FRESH: Mapping[str, str] = {
    "/": PROOF,
    "/login/code": PROOF,
    "/login/passkey": PROOF,
    "/activation": PROOF,
    "/settings/recovery-codes": PROOF,
    "/settings/second-step/app": PROOF,
    "/settings/second-step/passkey": PROOF,
    "/settings/second-step/proof": PROOF,
    "/settings/second-step/proof/code": PROOF,
    "/settings/second-step/proof/passkey": PROOF,
    "/settings/sessions/end": ONE_OF_MANY,
    "/settings/second-step/forget": ONE_OF_MANY,
    "/settings/second-step/passkey/remove": ONE_OF_MANY,
    "/login/resend": "another code is wanted each time it is pressed",
    "/logout": "no form is drawn again",
    "/oauth/authorize": "no form is drawn again",
    "/oauth/logout": "no form is drawn again",
    "/oauth/logout/confirmation": "no form is drawn again",
    "/hop/{contractId}": "no form is drawn again",
    "/language": "no form is drawn again",
    "/appearance": "nothing but the browser keeps it",
    "/password-reset": "told of below: nobody is in",
    "/users/import": "told of with the page",
}
"""Forms that are not in the list, each with why."""


def test_m7_every_form_is_tried_or_says_why_not() -> None:
    routes = [one for router in pages.routers() for one in router.routes if isinstance(one, APIRoute)]
    posted = [one for one in routes if "POST" in one.methods]
    # Of two addresses that fit, the first is taken.
    tried = {next(one.path for one in posted if one.path_regex.match(form.to)) for form in FORMS.values()}
    assert tried.isdisjoint(FRESH)
    assert tried | set(FRESH) == {one.path for one in posted}


async def test_m7_a_new_link_that_got_no_answer_is_asked_for_again_under_its_key(world: World) -> None:
    form = Form(
        "/password-reset", typed={"email": "a@example.com", "name": "佐藤", "contactPhoneNumber": "03-1234-5678"}
    )
    async with person(world) as http:
        page = await form.open(http)
        world.identity.down = True
        answer = await form.send(http, page)
    assert (answer.status_code, form.key(read(answer))) == (503, form.key(page))


@pytest.mark.parametrize("error", [AccessPending(retry_after=1), Unavailable("users")])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
async def test_m7_what_may_have_been_granted_is_asked_again_under_its_key(
    world: World, form: Form, error: Exception
) -> None:
    async with person(world) as http:
        await form.enter(world, http)
        page = await form.open(http)
        world.refuse_next(error)
        answer = await form.send(http, page)
        assert answer.status_code == 503
        assert form.key(read(answer)) == form.key(page)
        others = [fields.get("idempotencyKey") for to, fields in read(answer).forms if to != form.to]
        assert form.key(page) not in others
        assert (await form.send(http, read(answer))).status_code == form.done


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
async def test_m7_what_was_refused_is_asked_again_as_another_wish(world: World, form: Form) -> None:
    async with person(world) as http:
        await form.enter(world, http)
        page = await form.open(http)
        world.refuse_next(Refused())
        answer = await form.send(http, page)
        assert answer.status_code == 409
        stays = any(to == form.to and "idempotencyKey" in fields for to, fields in read(answer).forms)
        again = read(answer) if stays else await form.open(http)
        assert form.key(again) != form.key(page)


@pytest.mark.parametrize(
    ("form", "to"),
    [(FORMS["deletion of a group"], "/groups"), (FORMS["deletion of a user"], "/users")],
    ids=["group", "user"],
)
async def test_m7_what_is_deleted_and_still_holds_is_said_to_be_gone_only_when_it_holds_no_more(
    world: World, form: Form, to: str
) -> None:
    async with person(world) as http:
        await enter(http)
        page = await form.open(http)
        world.progress.behind = True
        first = await form.send(http, page)
        assert (first.status_code, (await http.get(form.page)).status_code) == (503, 404)
        assert (await form.send(http, read(first))).status_code == 503
        world.progress.behind = False
        last = await form.send(http, read(first))
        assert last.headers["location"] == f"{to}?notice=deleted"


@pytest.mark.parametrize("form", [FORMS["deletion of a group"], FORMS["deletion of a user"]], ids=["group", "user"])
async def test_m7_another_wish_to_delete_what_is_gone_finds_nothing(world: World, form: Form) -> None:
    async with person(world) as http:
        await enter(http)
        pages = [await form.open(http) for _ in range(2)]
        answers = [await form.send(http, page) for page in pages]
    assert [one.status_code for one in answers] == [303, 404]


@pytest.mark.parametrize("found", ["already in", "not yet in"])
async def test_m7_who_was_to_be_put_in_stays_chosen_while_that_does_not_hold(world: World, found: str) -> None:
    form = FORMS["members"]
    async with person(world) as http:
        await form.enter(world, http)
        people = world.directory.kept[TENANT]
        people[COLLEAGUE] = replace(people[COLLEAGUE], groups=people[COLLEAGUE].groups if found == "already in" else ())
        page = await form.open(http)
        world.progress.behind = True
        answer = await form.send(http, page)
        assert answer.status_code == 503
        box = read(answer).inputs["userIds"]
        assert (box["value"], "checked" in box, "disabled" in box) == (str(COLLEAGUE), True, False)
        world.progress.behind = False
        assert (await form.send(http, read(answer))).headers["location"] == f"/groups/{GROUP}?notice=joined"
    sent = [asked.key for name, _, asked in world.directory.calls if name == "add_members"]
    assert sent == [form.key(page)] * 2


async def test_m7_who_is_let_in_again_can_be_asked_about_until_that_holds(world: World) -> None:
    form = FORMS["reinstatement of a user"]
    async with person(world) as http:
        await form.enter(world, http)
        page = await form.open(http)
        world.progress.behind = True
        answer = await form.send(http, page)
        assert answer.status_code == 503
        assert world.directory.kept[TENANT][COLLEAGUE].status is Status.ACTIVE
        assert read(answer).form(form.to) == page.form(form.to)


@pytest.mark.parametrize("name", [name for name in FORMS if FORMS[name].page.startswith("/ops")])
async def test_v9_what_is_on_record_and_got_no_answer_is_neither_recorded_nor_done_again(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = FORMS[name]
    async with person(world) as http:
        await form.enter(world, http)
        page = await form.open(http)
        answers_lost_after_the_record(world, monkeypatch)
        answer = await form.send(http, page)
        assert answer.status_code == 503
        before = list(touched(world))
        assert (await form.send(http, read(answer))).status_code == 409
        assert touched(world) == before


def answers_lost_after_the_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each record be made, and its answer not come back the first time."""

    def lost(record: Any) -> Any:
        async def ask(*given: Any) -> Any:
            if await record(*given):
                raise Unavailable("users")
            return False

        return ask

    for fake, names in ((world.deeds, ("record", "record_about")), (world.mail_deeds, ("record",))):
        for name in names:
            monkeypatch.setattr(fake, name, lost(getattr(fake, name)))


async def test_m13_a_picture_whose_removal_got_no_answer_is_asked_about_once_more(world: World) -> None:
    show(world)
    form = FORMS["removal of the picture"]
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(next(href for href, _ in read(await http.get(IMAGE)).links if "removal" in href)))
        world.directory.refusal = Unavailable("users")
        answer = await form.send(http, page)
        assert "会社の画像を取り除きますか" in read(answer).text
        assert (await form.send(http, read(answer))).headers["location"] == f"{IMAGE}?notice=removed"
