"""M13: pictures in a real table: kept before their fact, found by it, thrown away when nothing names them."""

import asyncio

from services.users.application.image_handlers import Picture
from services.users.domain.commands import Shown
from tests.integration.contracts.real_log import RealLog
from tests.integration.users.lists import Lists
from tests.unit.users.pictures import picture
from tests.unit.users.samples import TENANT
from tests.unit.users.world import by


async def digests(log: RealLog) -> list[str]:
    return [row["digest"] for row in await log.database.pool.fetch("SELECT digest FROM kept.image ORDER BY at")]


async def test_m13_the_newest_of_many_shown_at_once_is_found(log: RealLog, lists: Lists) -> None:
    several = [picture(size=(10 + number, 10)) for number in range(4)]
    await asyncio.gather(*(lists.built.image.show(one, by()) for one in several))
    shown, png = await lists.built.image.read(TENANT)
    facts = [row for row in await log.rows() if row["type"] == "tenant-image.changed"]
    assert len(facts) == 4
    assert f'"digest":"{shown.digest}"'.encode() in bytes(facts[-1]["data"])
    assert len(png) == shown.size
    assert b"PNG" not in b"".join(bytes(row["data"]) for row in facts)


async def test_m13_what_no_fact_names_is_thrown_away_after_a_while(log: RealLog, lists: Lists) -> None:
    left = Picture(shown=Shown(digest="0" * 64, size=3, width=1, height=1), png=b"PNG")
    await lists.built.image.images.keep(TENANT, left)
    await lists.built.image.show(picture(), by())
    assert len(await digests(log)) == 2, "somebody may be about to name it"
    await log.database.pool.execute("UPDATE kept.image SET at = at - interval '2 hours'")
    await lists.built.image.show(picture(size=(20, 20)), by())
    assert await digests(log) == [(await lists.built.image.read(TENANT))[0].digest]
    await log.database.pool.execute("UPDATE kept.image SET at = at - interval '2 hours'")
    await lists.built.image.remove(by())
    assert await digests(log) == []
