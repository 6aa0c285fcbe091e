"""The pages of events, in every state. Next stop: tour.py, which leads here."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

from kernel.application.browsing import Stage
from kernel.application.republishing import Progress
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops import PARKED
from tests.unit.gateway.fakes_ops_events import envelope
from tests.unit.gateway.world import World

TYPES = ("user.registered", "user.profile-changed", "credential.activated", "session.started", "contract.activated")
ONE = f"/ops/events/users/{PARKED}/60"


def fill(world: World) -> None:
    """Have services record in turn, one fact the cause of others."""
    for name in ("identity", "users", "contracts"):
        world.logs[name].facts = [
            envelope(
                number,
                type=TYPES[(number + len(name)) % len(TYPES)],
                stream_id=PARKED if name == "users" else UUID(int=number * len(name)),
                public=number % 7 != 0,
                causation_id=f"{PARKED}/60" if name == "identity" and number % 20 == 0 else None,
                recorded_at=NOW + timedelta(seconds=number * 3 + len(name)),
            )
            for number in range(1, 81)
        ]


async def pages(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead an operator through the events; give the name of each page when it is open."""
    fill(world)
    await walker.go("/ops/events")
    yield "ops-events"
    await walker.go("/ops/events?causationId=x&since=x&first=1")
    yield "ops-events-wrong"
    await walker.go("/ops/events?type=thing.never")
    yield "ops-events-none"
    world.logs["contracts"].away = True
    await walker.go("/ops/events?service=&type=user.registered&order=oldest")
    yield "ops-events-silent"
    world.logs["contracts"].away = False
    world.readers["gateway"].stage = Stage.PARKED
    await walker.go(ONE)
    yield "ops-event"
    await walker.page.click("details:has(form[data-once]) summary")
    await walker.fill(reason=" ")
    await walker.press("main form[data-once] button")
    yield "ops-event-no-reason"
    await walker.fill(reason="本人からの問い合わせ")
    await walker.press("main form[data-once] button")
    yield "ops-event-unmasked"
    await walker.go("/ops/events/live?type=user.registered")
    yield "ops-events-live"
    await walker.go("/ops/publish-again")
    yield "ops-again-never"
    await walker.go("/ops/publish-again/from?service=users&first=a")
    yield "ops-again-wrong"
    world.logs["users"].progress = Progress(
        topic="portal.users.events.v1", first=3, place=40, head=80, sent=37, at=NOW, parts=(3,)
    )
    world.logs["identity"].progress = Progress(
        topic="portal.identity.events.v1", first=1, place=80, head=80, sent=80, at=NOW, done_at=NOW, parts=(0, 1)
    )
    await walker.go("/ops/publish-again?done=1")
    yield "ops-again"
    await walker.go("/ops/publish-again/from?service=users&partition=3&first=20")
    yield "ops-again-ask"
