"""The users service on a real log with its own readers at work, and identity's facts as they would come in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic_core import to_json

from kernel.adapters.codec import Facts
from kernel.adapters.postgres.inbox import Inbox
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.postgres.readers_place import ReadersPlace
from kernel.application.consume import Delivery, Incoming, Reaction
from services.users.adapters.allowance import PostgresAllowance
from services.users.adapters.board import PostgresBoard
from services.users.adapters.deed_book import PostgresDeedBook
from services.users.adapters.directory import PostgresDirectory, planned_anew
from services.users.adapters.images import PostgresImages
from services.users.adapters.records import PostgresRecords
from services.users.api.use import Built
from services.users.application.directory import Entry, PeopleWanted
from services.users.consumers.appointments import READER as APPOINTMENTS
from services.users.consumers.appointments import Appointments
from services.users.consumers.identity import READER as IDENTITY
from services.users.consumers.identity import Credentials
from services.users.consumers.own_log import READER as BOARD
from services.users.consumers.own_log import OwnFacts
from services.users.main import Lists as Looked
from services.users.main import build
from tests.integration.contracts.real_log import RealLog
from tests.integration.kernel.flow import running, until
from tests.unit.users.samples import AT, TENANT

TOPIC = "portal.identity.events.v1"
TABLES = ("person", "people_count", "team", "membership", "membership_change")


@dataclass
class Lists:
    """What the service builds, its lists, and what identity told it."""

    log: RealLog
    built: Built
    directory: PostgresDirectory
    identity: Inbox
    told: list[Delivery] = field(default_factory=list)

    async def tell(self, kind: str, user_id: UUID, tenant_id: UUID = TENANT, at: datetime = AT) -> None:
        """Have identity's fact come in."""
        number = len(self.told)
        about = Incoming(
            type=f"portal.{kind}.v1",
            stream_id=uuid4(),
            version=1,
            tenant_id=tenant_id,
            source="identity",
            partition=0,
            position=number + 1,
            previous=number,
            epoch=1,
            recorded_at=AT,
            correlation_id=UUID(int=9),
            causation_id=None,
            traceparent=None,
            data=to_json({"userId": user_id, "at": at, "expiresAt": at + timedelta(hours=72)}),
        )
        self.told.append(Delivery(number, about))
        await self.hear(self.told[-1:])

    async def hear(self, told: Sequence[Delivery]) -> None:
        """Read identity's facts, for the first time or again."""
        await self.identity.open(TOPIC, 0, 1)
        done = await self.identity.apply(TOPIC, 0, told)
        assert done.trouble is None
        assert not await self.identity.parked()

    async def shown(self) -> None:
        """Return when both readers of the own log are at its end."""

        async def at_the_end() -> bool:
            places = await self.log.database.pool.fetchval(
                "SELECT count(*) FROM inbox.checkpoint WHERE topic = 'log:users' AND logpos = (SELECT pos FROM es.head)"
            )
            return bool(places == 2)

        await until(at_the_end)
        assert await self.log.database.pool.fetchval("SELECT count(*) FROM inbox.parked_stream") == 0

    async def settled(self) -> None:
        """Return when nothing that is read leads to anything more."""
        before = -1
        while before != (before := await self.log.database.pool.fetchval("SELECT pos FROM es.head")):
            await self.shown()

    async def everything(self) -> dict[str, list[str]]:
        """Return all rows of all lists."""
        pool = self.log.database.pool
        return {
            table: sorted(
                row[0]
                for row in await pool.fetch(f"SELECT t::text FROM rm.{table} t")  # noqa: S608 - a name of ours
                if table != "people_count" or not row[0].endswith(",0)")
            )
            for table in TABLES
        }

    async def walk(self, wanted: PeopleWanted, limit: int, tenant_id: UUID = TENANT) -> tuple[list[Entry], set[int]]:
        """Return all people of a list, page by page, and the totals that the pages told."""
        found: list[Entry] = []
        totals: set[int] = set()
        cursor: str | None = None
        while True:
            page = await self.built.looking.people(tenant_id, wanted, limit, cursor)
            found += page.items
            totals.add(page.total)
            cursor = page.next_cursor
            if cursor is None:
                return found, totals
            assert len(page.items) == limit

    async def walk_back(self, wanted: PeopleWanted, limit: int, tenant_id: UUID = TENANT) -> list[Entry]:
        """Return all people of a list, page by page from its last page to its first."""
        page = await self.built.looking.people(tenant_id, wanted, limit, None)
        assert page.previous_cursor is None
        while page.next_cursor:
            page = await self.built.looking.people(tenant_id, wanted, limit, page.next_cursor)
        found = list(page.items)
        while page.previous_cursor:
            page = await self.built.looking.people(tenant_id, wanted, limit, page.previous_cursor)
            assert page.next_cursor
            found = [*page.items, *found]
        return found


@dataclass(frozen=True)
class OneByOne:
    """A reaction that is given each fact alone."""

    reaction: Reaction

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return self.reaction.types

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        """React to one fact."""
        await self.reaction(fact, about, transaction)


@asynccontextmanager
async def lists_of(log: RealLog, *, one_by_one: bool = False) -> AsyncIterator[Lists]:
    """Run the service's own readers; *one_by_one* they are given each fact alone."""
    reading, looking = await open_pool(log.database.url, 2), await open_pool(planned_anew(log.database.url), 2)
    place = ReadersPlace(looking, BOARD, "users")
    directory, board = PostgresDirectory(looking), PostgresBoard()
    looked = Looked(
        directory=directory,
        records=PostgresRecords(looking),
        freshness=place,
        images=PostgresImages(looking),
        allowance=PostgresAllowance(looking),
        deeds=PostgresDeedBook(looking, log.codec),
    )
    built = build(log.store, log.keyring, b"pepper" * 6, looked)
    shared: dict[str, Any] = {"service": "users", "pool": reading, "wakeup": log.wakeup, "facts": log.codec}
    shows = OneByOne(OwnFacts(board)) if one_by_one else OwnFacts(board)
    own = LogReader(BOARD, reaction=shows, moved=place.moved, **shared)
    appointing = LogReader(APPOINTMENTS, reaction=Appointments(built.users.administration), **shared)
    reaction = OneByOne(Credentials(built.users, board)) if one_by_one else Credentials(built.users, board)
    inbox = Inbox(reading, IDENTITY, reaction, Facts(reaction.types.values(), None))
    async with running(own.run(), appointing.run()):
        yield Lists(log, built, directory, inbox)
    await reading.close()
    await looking.close()
