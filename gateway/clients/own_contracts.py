"""The contracts service as typed calls for people. Next stop: services/contracts/api/own.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.contract_ports import ContractChange, Then
from gateway.application.directory import HistoryOf, HistoryPage
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.changes import Entries
from gateway.clients.moments import moment
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import Context
from kernel.domain.recorded import LogPosition

MEMO, READ, CALENDAR = ("contracts:memo",), ("contracts:read",), ("contracts:calendar",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    items: tuple[ContractChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calendar:
    has: bool
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    user_id: UUID
    tenant_id: UUID


@dataclass(frozen=True, slots=True)
class OwnContractsClient:
    """Calls contracts as the person who asks, with the scope of what they do and no more."""

    http: ServiceClient

    async def change_memo(
        self, session: Session, contract_id: UUID, memo: str, if_match: str | None, asked: Asked
    ) -> Sequence[LogPosition]:
        """Note something on a contract."""
        path, context = f"/contracts/{contract_id}/memo", _by(session, asked)
        answer = await self.http.put(path, {"memo": memo}, MEMO, context, if_match=if_match)
        return answer.positions

    async def then(self, session: Session, contract_id: UUID, at: datetime, asked: Asked) -> Then:
        """Return a contract as it was. Raises: NotFound when it was not in force then."""
        path = f"/contracts/{contract_id}/then?{urlencode({'at': moment(at)})}"
        body = (await self.http.get(path, READ, _looks(session, asked))).body
        says: Mapping[str, str | None] = body.get("says", {})
        # The names of fields are the API's own and stay as they are.
        return replace(read(Then, {**body, "says": {}}), says=says)

    async def changes(
        self, session: Session, contract_id: UUID, since: datetime | None, until: datetime, asked: Asked
    ) -> Sequence[ContractChange]:
        """Return what changed after *since* and up to *until*, newest first."""
        query = {"until": moment(until), **({"since": moment(since)} if since else {})}
        path = f"/contracts/{contract_id}/changes?{urlencode(query)}"
        return read(_Changes, (await self.http.get(path, READ, _looks(session, asked))).body).items

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed of a contract, newest first, without anybody's name."""
        query = {"limit": limit, "cursor": cursor, "since": moment(of.since), "until": moment(of.until)}
        named = urlencode({name: value for name, value in query.items() if value is not None})
        answer = await self.http.get(f"/contracts/{of.id}/history?{named}", READ, _looks(session, asked))
        found = read(Entries, answer.body)
        return HistoryPage(items=tuple(one.told() for one in found.items), next_cursor=found.next_cursor)

    async def has_calendar(self, session: Session, asked: Asked) -> bool:
        """Return whether a person has a calendar feed."""
        answer = await self.http.get(_calendar(session), CALENDAR, _looks(session, asked))
        return read(_Calendar, {"secret": None, **answer.body}).has

    async def issue_calendar(self, session: Session, asked: Asked) -> str:
        """Return the secret of a new calendar feed; the one before opens nothing any more."""
        answer = await self.http.post(_calendar(session), None, CALENDAR, _by(session, asked))
        return read(_Calendar, answer.body).secret or ""

    async def revoke_calendar(self, session: Session, asked: Asked) -> None:
        """Take the calendar feed back."""
        await self.http.delete(_calendar(session), CALENDAR, _by(session, asked))

    async def open_calendar(self, secret: str, asked: Asked) -> tuple[UUID, UUID]:
        """Return the person and the tenant whose calendar a secret opens. Raises: NotFound."""
        answer = await self.http.post("/calendars/opened", {"secret": secret}, CALENDAR, asked.context())
        feed = read(_Feed, answer.body)
        return feed.user_id, feed.tenant_id


def _calendar(session: Session) -> str:
    return f"/people/{session.user_id}/calendar"


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", session.tenant_id)


def _looks(session: Session, asked: Asked) -> Context:
    return replace(_by(session, asked), command_id=None)
