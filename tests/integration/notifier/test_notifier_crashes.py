"""Killed in the middle of a mail: nothing is lost, and a second copy is known by its Message-ID."""

import pytest

from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"


@pytest.mark.parametrize(("failpoint", "left", "copies"), [("C9", 0, 1), ("C10", 1, 2)])
async def test_killed_while_it_hands_a_mail_over(world: World, failpoint: str, left: int, copies: int) -> None:
    await world.activation(await world.person(HANAKO))
    await world.killed(failpoint)
    assert len(await world.mails(HANAKO)) == left
    assert await world.facts() == ["message.queued"]
    async with world.sending():
        await until(world.ended)
    mails = await world.mails(HANAKO)
    assert len(mails) == copies
    assert len({mail["MessageID"] for mail in mails}) == 1
    assert await world.facts() == ["message.queued", "message.sent"]


async def test_told_to_end_it_lets_a_mail_finish(world: World) -> None:
    user = await world.person(HANAKO)
    process = await world.process()
    for _ in range(40):
        await world.activation(user)
    await until(lambda: _some(world))
    process.terminate()
    assert await process.wait() == 0
    assert len(await world.mails(HANAKO)) == (await world.facts()).count("message.sent")


async def _some(world: World) -> bool:
    return bool(await world.pool.fetchval("SELECT count(*) FROM mail.queue WHERE state = 'ENDED'"))
