"""Facts of contracts and of who may see them, as a notifier hears of them, and the rounds that follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.adapters.clock import new_id, utc_now
from kernel.application.consume import Incoming
from kernel.domain.context import NOBODY
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.adapters.newsroom import PostgresNewsroom
from services.notifier.adapters.notice_board import PostgresNoticeBoard
from services.notifier.adapters.onlookers import PostgresOnlookers
from services.notifier.adapters.rounds import PostgresRoundBook
from services.notifier.application.rounds import Rounds
from services.notifier.consumers.contracts import IncidentOpened, IncidentUpdated, News
from services.notifier.consumers.sight import (
    CredentialActivated,
    GroupPermitted,
    JoinedGroup,
    LeftGroup,
    People,
    Permission,
    UserRegistered,
)
from services.notifier.consumers.users import NotificationsChosen, Recipients
from services.notifier.domain.pace import Pace
from services.notifier.domain.story import Concerned
from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World

AT_ONCE = Pace(settle=timedelta(0), gap=timedelta(0), longest=timedelta(0))


@dataclass
class Desk:
    """A company's contracts and people, and what is reported of them."""

    world: World
    group_id: UUID = field(default_factory=new_id)
    contracts: list[Concerned] = field(default_factory=list)

    async def told(self, fact: Any, about: Incoming | None = None) -> Incoming:
        """Have a fact come that says who may see what, or what is said of contracts."""
        reaction = (
            People(PostgresOnlookers())
            if type(fact) in People.types.values()
            else News(PostgresNewsroom(new_id), utc_now)
        )
        about = about or self.world.about("users", new_id())
        async with self.world.pool.acquire() as connection, connection.transaction():
            await reaction(fact, about, connection)
        return about

    def contract(self, service_name: str = "smart-pbx", tenant_id: UUID | None = None) -> Concerned:
        """Return a contract that reports may be about."""
        number = f"N{len(self.contracts):09d}"
        made = Concerned(
            contract_id=new_id(),
            contract_number=number,
            service_name=service_name,
            tenant_id=tenant_id or self.world.tenant_id,
        )
        self.contracts.append(made)
        return made

    async def viewer(self, email: str, *, language: str = "ja", sees: bool = True, confirmed: bool = True) -> UUID:
        """Have a person come in for the first time, who sees everything or nothing."""
        user_id = await self.world.person(email, language=language)
        await self.told(UserRegistered(user_id=user_id, origin="ADMINISTRATOR"))
        if confirmed:
            await self.told(CredentialActivated(user_id=user_id))
        if sees:
            await self.permit(self.group_id, "*")
            await self.told(JoinedGroup(user_id=user_id, group_id=self.group_id))
        return user_id

    async def permit(self, group_id: UUID, service_name: str, contract_id: UUID | None = None) -> None:
        """Have a group let its members see a service or a contract."""
        permission = Permission(service_name=service_name, contract_id=contract_id, actions=("VIEW",))
        await self.told(GroupPermitted(group_id=group_id, permissions=(permission,)))

    async def leaves(self, user_id: UUID) -> None:
        """Take a person out of the group."""
        await self.told(LeftGroup(user_id=user_id, group_id=self.group_id))

    async def chooses(self, user_id: UUID, *, refused: Sequence[str] = (), daily: Sequence[str] = ()) -> None:
        """Have a person say which mails they want, and which of them once a day."""
        fact = NotificationsChosen(user_id=user_id, refused=tuple(refused), daily=tuple(daily))
        await self.world.told(Recipients(PostgresIntake()), fact, self.world.about("users", user_id))

    async def incident(self, *contracts: Concerned, number: str = "T-1", times: int = 1, **changes: Any) -> UUID:
        """Have the fact come, so many times, that something is wrong."""
        fact = IncidentOpened(
            incident_id=new_id(),
            incident_number=number,
            title="交換機の故障",
            category="SERVICE",
            contracts=contracts,
            status="OPENED",
            text="",
            clears_at=None,
            at=datetime.now(UTC),
        )
        fact = replace(fact, **changes)
        for_nobody = replace(
            self.world.about("contracts", fact.incident_id), tenant_id=NOBODY, type="portal.incident.opened.v1"
        )
        for _ in range(times):
            await self.told(fact, for_nobody)
        return fact.incident_id

    async def update(self, incident_id: UUID, status: str) -> None:
        """Have news come of an incident."""
        fact = IncidentUpdated(incident_id=incident_id, status=status, text="", clears_at=None, at=datetime.now(UTC))
        await self.told(fact, self.world.about("contracts", incident_id))

    def rounds(self, pace: Pace = AT_ONCE) -> Rounds:
        """Return what turns news into mails."""
        pool = self.world.pool
        return Rounds(PostgresRoundBook(pool, new_id, pace), PostgresNoticeBoard(pool), new_id, utc_now)

    async def round(self, pace: Pace = AT_ONCE) -> None:
        """Turn what is due into mails."""
        steps = self.rounds(pace).steps.values()
        while any([await step() for step in steps]):
            pass

    async def morning(self) -> None:
        """Have the time come for mails of the day."""
        await self.world.pool.execute("UPDATE notice.kept SET due_at = now() WHERE digest_id IS NULL")
        await self.round()

    async def waiting(self) -> int:
        """Return how many mails have been queued."""
        return int(await self.world.pool.fetchval("SELECT count(*) FROM mail.queue"))

    async def sent(self, count: int) -> None:
        """Send what waits, until so many mails have ended."""
        async with self.world.sending():
            await until(lambda: self.world.ended(count))
