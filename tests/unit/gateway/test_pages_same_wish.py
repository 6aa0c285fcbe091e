"""A wish that got no clear answer: pressing again means the same one."""

import pytest

from gateway.application.errors import AccessPending
from kernel.domain.errors import Refused, Unavailable
from tests.unit.gateway.changing_forms import FORMS, IMAGE, Form
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.test_company_image import show
from tests.unit.gateway.world import World


@pytest.mark.parametrize("error", [AccessPending(retry_after=1), Unavailable("users")])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
async def test_m7_what_may_have_been_granted_is_asked_again_under_its_key(
    world: World, form: Form, error: Exception
) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        page = await form.open(http)
        world.directory.refusal = world.own_contracts.refusal = error
        answer = await form.send(http, page)
        assert answer.status_code == 503
        assert form.key(read(answer)) == form.key(page)
        assert (await form.send(http, read(answer))).status_code == 303


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
async def test_m7_what_was_refused_is_asked_again_as_another_wish(world: World, form: Form) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        page = await form.open(http)
        world.directory.refusal = world.own_contracts.refusal = Refused()
        answer = await form.send(http, page)
        assert answer.status_code == 409
        again = read(answer) if form.page != f"{IMAGE}/removal" else await form.open(http)
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
