"""Notices of what changed, and what administrators see of a person's mails."""

from uuid import uuid4

from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"


async def test_asvs_6_3_7_who_sets_a_new_password_by_a_link_is_told_and_nothing_is_fetched_for_it(
    world: World,
) -> None:
    user = await world.person(HANAKO)
    await world.activation(user)
    await world.reset_and_set(user)
    async with world.sending():
        await until(lambda: world.ended(3))
    subjects = [mail["Subject"] for mail in await world.mails(HANAKO)]
    assert len(subjects) == 3
    assert sum("パスワード変更のお知らせ" in subject for subject in subjects) == 1
    assert sum(world.identity.fetched.values()) == 2


async def test_m11_an_administrator_sees_what_became_of_a_persons_mails_newest_first(world: World) -> None:
    user, other = await world.person(HANAKO), await world.person("taro@example.co.jp")
    await world.activation(user)
    await world.activation(other)
    async with world.sending():
        await until(lambda: world.ended(2))
    await world.code(user)
    answer = await world.listed(user)
    newest, oldest = answer.json()["items"]
    assert (newest["template"], newest["state"], newest["tryTimes"], newest["sentAt"]) == (
        "MAIL_CODE",
        "initial",
        0,
        None,
    )
    assert (oldest["template"], oldest["state"], oldest["tryTimes"]) == ("ACTIVATION", "completed", 1)
    assert oldest["causeId"].startswith(f"{user}/")
    assert oldest["queuedAt"] <= oldest["sentAt"]
    assert HANAKO not in answer.text
    assert [one["messageId"] for one in (await world.listed(user, query="&limit=1")).json()["items"]] == [
        newest["messageId"]
    ]


async def test_asvs_8_4_1_mails_of_another_tenant_are_not_seen(world: World) -> None:
    user = await world.person(HANAKO)
    await world.activation(user)
    assert len((await world.listed(user)).json()["items"]) == 1
    assert (await world.listed(user, uuid4())).json() == {"items": []}
