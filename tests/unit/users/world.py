"""The users service on a log in memory, whose lists show nothing: tests of lists have a real database."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from kernel.domain.context import Context
from kernel.domain.recorded import Claim, Recorded
from kernel.testing import InMemoryStore, StillClock
from services.users.application.directory import Entry, GroupEntry, GroupName, PeopleWanted, Place
from services.users.application.history import Moment, Window
from services.users.application.image_handlers import Picture
from services.users.application.ports import Booked
from services.users.application.registered import LinkState, Registered
from services.users.domain.events import UserActivated
from services.users.domain.operator_events import OperatorActed, OperatorRefused
from services.users.main import Lists, build
from tests.unit.users.samples import AT, TENANT


class Interleaved(InMemoryStore):
    """Lets others in before every look, so that what is asked at once really meets."""

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        await asyncio.sleep(0)
        return await super().load(stream_id, after)

    async def find(self, claim: Claim) -> UUID | None:
        await asyncio.sleep(0)
        return await super().find(claim)


class Blank:
    """A directory of nobody."""

    def __init__(self) -> None:
        self.asked: list[tuple[UUID, PeopleWanted, int, Place | None]] = []
        self.found: list[Entry] = []

    async def page(
        self, tenant_id: UUID, wanted: PeopleWanted, limit: int, after: Place | None, fit: int, *, back: bool = False
    ) -> Sequence[Entry]:
        _ = fit, back
        self.asked.append((tenant_id, wanted, limit, after))
        return self.found[:limit]

    async def count(self, tenant_id: UUID, wanted: PeopleWanted) -> int:
        _ = tenant_id, wanted
        return len(self.found)

    async def person(self, tenant_id: UUID, user_id: UUID) -> Entry | None:
        _ = tenant_id
        return next((one for one in self.found if one.user_id == user_id), None)

    async def names(self, tenant_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
        _ = tenant_id
        return dict.fromkeys(user_ids, "佐藤 花子")

    async def groups(self, tenant_id: UUID, limit: int, after: Place | None) -> Sequence[GroupEntry]:
        _ = tenant_id, limit, after
        return []

    async def group_names(self, tenant_id: UUID) -> Sequence[GroupName]:
        _ = tenant_id
        return []

    async def group(self, tenant_id: UUID, group_id: UUID) -> GroupEntry | None:
        _ = tenant_id, group_id
        return None


class Unwritten:
    """Records of nothing, but for what a test puts there."""

    def __init__(self) -> None:
        self.registered: list[Registered] = []
        self.joined: list[Moment] = []
        self.then: list[UUID] = []

    async def registrations(
        self, tenant_id: UUID, state: LinkState | None, now: datetime, limit: int, after: tuple[datetime, UUID] | None
    ) -> Sequence[Registered]:
        _ = tenant_id
        found = [one for one in self.registered if state in (None, one.state(now))]
        return [one for one in found if after is None or (one.registered_at, one.user_id) < after][:limit]

    async def memberships(
        self, tenant_id: UUID, group_id: UUID, limit: int, after: tuple[datetime, UUID, int] | None, window: Window
    ) -> Sequence[Moment]:
        _ = tenant_id, group_id
        found = [one for one in self.joined if window.holds(one.at)]
        return [one for one in found if after is None or one.place < after][:limit]

    async def members(
        self, tenant_id: UUID, group_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> Sequence[UUID]:
        _ = tenant_id, group_id, at
        return [one for one in self.then if after is None or one > after][:limit]


class Gallery:
    """Pictures in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[tuple[UUID, str], bytes] = {}

    async def keep(self, tenant_id: UUID, picture: Picture) -> None:
        self.kept[tenant_id, picture.shown.digest] = picture.png

    async def find(self, tenant_id: UUID, digest: str) -> bytes | None:
        return self.kept.get((tenant_id, digest))

    async def forget_others(self, tenant_id: UUID, digest: str | None) -> None:
        self.kept = {key: png for key, png in self.kept.items() if key[0] != tenant_id or key[1] == digest}


class Book:
    """What operators did, out of the log in memory."""

    def __init__(self, store: InMemoryStore) -> None:
        self.store = store

    async def page(self, limit: int, before: int | None) -> Sequence[Booked]:
        found = [
            Booked(position=one.position, stream_id=one.stream_id, version=one.version, fact=one.event)
            for one in reversed(self.store.log)
            if isinstance(one.event, OperatorActed | OperatorRefused) and (before is None or one.position < before)
        ]
        return found[:limit]


class Generous:
    """An allowance that refuses what a test says."""

    def __init__(self) -> None:
        self.counted = self.held = 0
        self.full_until: datetime | None = None

    async def count(self, tenant_id: UUID, people: int, at: datetime, most: int) -> datetime | None:
        _ = tenant_id, at, most
        self.counted += 0 if self.full_until else people
        return self.full_until

    async def unmailed(self, tenant_id: UUID, most: int) -> int:
        _ = tenant_id
        return min(self.held, most)


class Immediate:
    """Lists that are always as new as the log."""

    def __init__(self) -> None:
        self.waited: list[int] = []

    async def reached(self, position: int) -> None:
        self.waited.append(position)


class World:
    """What the service builds, and the log it writes to."""

    def __init__(self) -> None:
        self.clock = StillClock(AT)
        self.store = Interleaved("users", self.clock)
        self.directory, self.freshness = Blank(), Immediate()
        self.records = Unwritten()
        self.gallery = Gallery()
        self.allowance = Generous()
        lists = Lists(
            directory=self.directory,
            records=self.records,
            freshness=self.freshness,
            images=self.gallery,
            allowance=self.allowance,
            deeds=Book(self.store),
        )
        self.built = build(self.store, self.store.keyring, b"pepper", lists, self.clock)
        self.handlers = self.built.users
        self.groups = self.built.groups

    def facts(self, *kinds: type[Any]) -> list[Any]:
        """Return the facts of some kinds, in the order of the log."""
        return [fact.event for fact in self.store.log if isinstance(fact.event, kinds or object)]

    async def active(self, user_id: UUID, tenant_id: UUID = TENANT) -> None:
        """Have a person set the portal up, and be appointed if they administer."""
        await self.handlers.activate(user_id, by(tenant_id=tenant_id))
        assert any(isinstance(one, UserActivated) for one in self.facts())
        await self.handlers.administration.settle(user_id, by(tenant_id=tenant_id))


def by(actor: str = "service:users", tenant_id: UUID = TENANT) -> Context:
    """Return the circumstances of a new command."""
    return Context(tenant_id=tenant_id, actor=actor, correlation_id=UUID(int=9), command_id=uuid4())
