"""What the journeys need of the contracts service, for systems and for people. Next: clients/contracts.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import HistoryOf, HistoryPage
from gateway.application.session import Session
from kernel.domain.recorded import LogPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """What a service answered to a call that was passed on."""

    status: int
    body: Mapping[str, Any]
    position: LogPosition | None


class Contracts(Protocol):
    """The commands of the contracts service, for the operator's back office."""

    async def receive_application(self, form: Mapping[str, Any], client: str, asked: Asked) -> Forwarded:
        """Pass an application form on."""
        ...

    async def change_contract(
        self, contract_id: UUID, fields: Mapping[str, Any], client: str, asked: Asked
    ) -> Forwarded:
        """Pass a change of a contract on."""
        ...

    async def change_service_status(self, contract_id: UUID, status: str, client: str, asked: Asked) -> Forwarded:
        """Pass a change of the service's state on."""
        ...

    async def terminate(self, contract_id: UUID, client: str, asked: Asked) -> Forwarded:
        """Pass the end of a contract on."""
        ...

    async def report(self, path: str, body: Mapping[str, Any], scope: str, client: str, asked: Asked) -> Forwarded:
        """Pass a report on to *path*, for which *scope* is needed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A contract as it was."""

    contract_number: str
    service_name: str
    says: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChange:
    """One field of a contract that changed."""

    at: datetime
    recorded_at: datetime
    actor: str
    field: str
    old: str | None
    new: str | None
    cause: str | None
    fact: str


class OwnContracts(Protocol):
    """What the contracts service does for people; whether they may is asked before."""

    async def change_memo(
        self, session: Session, contract_id: UUID, memo: str, if_match: str | None, asked: Asked
    ) -> Sequence[LogPosition]:
        """Note something on a contract."""
        ...

    async def then(self, session: Session, contract_id: UUID, at: datetime, asked: Asked) -> Then:
        """Return a contract as it was. Raises: NotFound when it was not in force then."""
        ...

    async def changes(
        self, session: Session, contract_id: UUID, since: datetime | None, until: datetime, asked: Asked
    ) -> Sequence[ContractChange]:
        """Return what changed after *since* and up to *until*, newest first."""
        ...

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed of a contract, newest first, without anybody's name."""
        ...

    async def has_calendar(self, session: Session, asked: Asked) -> bool:
        """Return whether a person has a calendar feed."""
        ...

    async def issue_calendar(self, session: Session, asked: Asked) -> str:
        """Return the secret of a new calendar feed; the one before opens nothing any more."""
        ...

    async def revoke_calendar(self, session: Session, asked: Asked) -> None:
        """Take the calendar feed back."""
        ...

    async def open_calendar(self, secret: str, asked: Asked) -> tuple[UUID, UUID]:
        """Return the person and the tenant whose calendar a secret opens. Raises: NotFound."""
        ...
