"""A form that is drawn again starts from what the person saw, not from what somebody else made of it meanwhile."""

from dataclasses import replace

import pytest

from kernel.domain.errors import Unavailable
from tests.unit.gateway.changing_forms import FORMS, IMAGE, Form
from tests.unit.gateway.fakes import GROUP, TENANT
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.test_company_image import show
from tests.unit.gateway.world import World

CONDITIONAL = {name: form for name, form in FORMS.items() if not form.blind}


def somebody_else_changes_everything(world: World) -> None:
    """Have all that the forms change be another, as the services and the read models know it."""
    people, groups = world.directory.kept[TENANT], world.directory.kept_groups[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], title="部長", version=9)
    groups[GROUP] = replace(groups[GROUP], description="ほかの人の説明", version=9)
    world.directory.policy = replace(world.directory.policy, session_absolute_hours=77, version=9)
    world.boards.rows = [replace(world.boards.rows[0], memo="ほかの人のメモ", version=9)]
    world.own_contracts.version = 9
    show(world)


@pytest.mark.parametrize("form", CONDITIONAL.values(), ids=CONDITIONAL.keys())
async def test_m7_a_wish_that_got_no_answer_replaces_nothing_that_the_person_did_not_see(
    world: World, form: Form
) -> None:
    async with person(world) as http:
        await form.enter(world, http)
        page = await form.open(http)
        somebody_else_changes_everything(world)
        world.refuse_next(Unavailable("users"))
        answer = await form.send(http, page)
        assert answer.status_code == 503
        assert (await form.send(http, read(answer))).status_code == 412


@pytest.mark.parametrize(
    ("form", "wrong", "told"),
    [
        (FORMS["memo"], {"memo": "あ" * 39}, "ほかの人のメモ"),
        (FORMS["user"], {"name": ""}, "部長"),
        (FORMS["group"], {"name": " "}, "ほかの人の説明"),
        (FORMS["settings"], {"sessionIdleMinutes": "1"}, "77"),
    ],
    ids=["memo", "user", "group", "settings"],
)
async def test_m7_what_somebody_changed_while_a_mistake_was_mended_is_told(
    world: World, form: Form, wrong: dict[str, str], told: str
) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        page = await form.open(http)
        somebody_else_changes_everything(world)
        answer = await replace(form, typed=form.typed | wrong).send(http, page)
        assert answer.status_code == 422
        overtaken = await form.send(http, read(answer))
        assert overtaken.status_code == 412
        assert "ほかの人が先にこの内容を変更しました" in read(overtaken).text
        assert told in read(overtaken).text
        assert (await form.send(http, read(overtaken))).status_code == 303


async def test_m13_a_form_without_a_picture_replaces_none_that_the_person_did_not_see(world: World) -> None:
    form = FORMS["picture"]
    async with person(world) as http:
        await enter(http)
        page = await form.open(http)
        show(world)
        answer = await replace(form, files=None).send(http, page)
        assert answer.status_code == 422
        overtaken = await form.send(http, read(answer))
        assert overtaken.status_code == 412
        assert (await form.send(http, read(overtaken))).headers["location"] == f"{IMAGE}?notice=shown"
