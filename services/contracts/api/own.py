"""What people of a company do with its contracts here: notes, looking back, their calendar. Next: application/."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import placed
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.preconditions import Expected
from kernel.domain.context import NOBODY, Client
from services.contracts.api.schemas import ContractReply
from services.contracts.api.use import ByCalendar, ByMemo, ByReader, Use
from services.contracts.application.moments import Change, said

router = APIRouter()

MEMO_LENGTH = 38


class Memo(Body):
    """A note on a contract; empty takes it away."""

    memo: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MEMO_LENGTH)]


class ThenReply(Reply):
    """A contract as it was."""

    contract_number: str
    service_name: str
    says: dict[str, str | None]


class ChangeReply(Reply):
    """One field that changed."""

    at: datetime
    recorded_at: datetime
    actor: str
    field: str
    old: str | None
    new: str | None
    cause: str | None
    correlation_id: UUID
    fact: str


class ChangesReply(Reply):
    """What changed, newest first."""

    items: list[ChangeReply]


class HistoryEntryReply(Reply):
    """One field that changed, by whom and from where."""

    at: datetime
    by: str
    actor: str
    address: str | None
    agent: str | None
    field: str
    old: str | None
    new: str | None
    cause: str | None
    correlation_id: UUID
    fact: str

    @classmethod
    def of(cls, one: Change, client: Client | None) -> Self:
        """Return a change as it is told; names are not known here."""
        return cls(
            at=one.at,
            by=one.actor,
            actor=one.actor,
            address=client.address if client else None,
            agent=client.agent if client else None,
            field=one.field,
            old=one.old,
            new=one.new,
            cause=one.cause,
            correlation_id=one.correlation_id,
            fact=one.fact,
        )


class HistoryReply(Reply):
    """A part of what changed, newest first."""

    items: list[HistoryEntryReply]
    next_cursor: str | None


class CalendarReply(Reply):
    """Whether there is a calendar feed, and its secret when it was just made."""

    has: bool
    secret: str | None = None


class Secret(Body):
    """What opens a calendar."""

    secret: Annotated[str, StringConstraints(min_length=20, max_length=100)]


class FeedReply(Reply):
    """Whose calendar it is."""

    user_id: UUID
    tenant_id: UUID


@router.put("/contracts/{contract_id}/memo")
async def change_memo(
    *, contract_id: UUID, body: Memo, use: Use, by: ByMemo, at: Expected, response: Response
) -> ContractReply:
    """Note something on a contract."""
    done = await use.contracts.change_memo(contract_id, body.memo, by.context(), at)
    placed(response, done.position)
    return ContractReply(contract_id=contract_id)


@router.get("/contracts/{contract_id}/then")
async def then(*, contract_id: UUID, use: Use, by: ByReader, at: Annotated[Moment, Query()]) -> ThenReply:
    """Say what a contract was at a moment."""
    state = await use.moments.then(contract_id, by.caller.tenant_id or NOBODY, at)
    return ThenReply(contract_number=state.contract_number, service_name=state.service_name, says=dict(said(state)))


@router.get("/contracts/{contract_id}/changes")
async def changes(
    *,
    contract_id: UUID,
    use: Use,
    by: ByReader,
    until: Annotated[Moment, Query()],
    since: Annotated[Moment | None, Query()] = None,
) -> ChangesReply:
    """Say what changed between two moments, and who changed it."""
    found = await use.moments.changes(contract_id, by.caller.tenant_id or NOBODY, since, until)
    return ChangesReply(items=[ChangeReply.model_validate(one) for one in found])


@router.get("/contracts/{contract_id}/history")
async def history(
    *,
    contract_id: UUID,
    use: Use,
    by: ByReader,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
) -> HistoryReply:
    """Say what changed, by whom and from where, newest first (M10); *limit* counts facts, each with all its fields."""
    tenant_id = by.caller.tenant_id or NOBODY
    page = await use.histories.page(contract_id, tenant_id, limit, cursor, since, until)
    items = [HistoryEntryReply.of(change, client) for change, client in page.items]
    return HistoryReply(items=items, next_cursor=page.next_cursor)


@router.get("/people/{user_id}/calendar")
async def has_calendar(*, user_id: UUID, use: Use, by: ByCalendar) -> CalendarReply:
    """Say whether a person has a calendar feed."""
    _ = by
    return CalendarReply(has=await use.calendars.has(user_id))


@router.post("/people/{user_id}/calendar")
async def issue_calendar(*, user_id: UUID, use: Use, by: ByCalendar, response: Response) -> CalendarReply:
    """Make a calendar feed; its secret is told to this wish alone."""
    secret, done = await use.calendars.issue(user_id, by.context())
    placed(response, done.position)
    return CalendarReply(has=True, secret=secret)


@router.delete("/people/{user_id}/calendar")
async def revoke_calendar(*, user_id: UUID, use: Use, by: ByCalendar, response: Response) -> CalendarReply:
    """Take the calendar feed back."""
    placed(response, (await use.calendars.revoke(user_id, by.context())).position)
    return CalendarReply(has=False)


@router.post("/calendars/opened")
async def open_calendar(*, body: Secret, use: Use, by: ByCalendar) -> FeedReply:
    """Say whose calendar a secret opens."""
    _ = by
    feed = await use.calendars.open(body.secret)
    return FeedReply(user_id=feed.user_id, tenant_id=feed.tenant_id)
