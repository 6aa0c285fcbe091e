"""The platform's operators over HTTP, for who runs it and the gateway. Next: application/operator_handlers.py."""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import placed
from kernel.adapters.http.ops import MOST, READ
from kernel.adapters.http.texts import MailAddress, Name, PhoneNumber, Reason, Zone
from kernel.adapters.http.tokens import Caller, caller
from kernel.domain.recorded import Appended
from services.users.api.schemas import NOBODY
from services.users.api.use import ByGateway, ByOwner, Use
from services.users.application.ports import Booked
from services.users.domain.commands import Registration
from services.users.domain.errors import OperatorOnly
from services.users.domain.events import Language, Origin, Role, SecondFactor
from services.users.domain.operator_events import Deed, OperatorActed, OperatorRefused, OperatorRole

router = APIRouter(prefix="/internal/operators", tags=["internal"])


class Appointment(Body):
    """Who is to operate the platform, in which role and why."""

    email: MailAddress
    name: Name
    phone_number: PhoneNumber
    language: Language = Language.JA
    timezone: Zone = "Asia/Tokyo"
    role: OperatorRole
    reason: Reason

    def registration(self) -> Registration:
        """Return the person as the domain registers one: with a second step, and no role in any company."""
        return Registration(
            user_id=NOBODY,
            email=self.email,
            name=self.name,
            phone_number=self.phone_number,
            mail_language=self.language,
            timezone=self.timezone,
            second_factor=SecondFactor.TOTP,
            role=Role.GENERAL_USER,
            origin=Origin.ADMINISTRATOR,
        )


class Dismissal(Body):
    """Who is to operate the platform no longer, and why."""

    email: MailAddress
    reason: Reason


class DeedForm(Body):
    """What an operator is about to do, and why."""

    deed: Deed
    consumer: Annotated[str, Field(max_length=100)] | None = None
    error: Annotated[str, Field(max_length=100)] | None = None
    streams: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    about: Annotated[str, Field(max_length=200)] | None = None
    reason: Reason


class OperatorReply(Reply):
    """At which version what is known of an operator is."""

    version: int
    fresh: bool
    """False when this very command was carried out before."""


@router.post("", status_code=status.HTTP_201_CREATED)
async def appoint(*, body: Appointment, use: Use, by: ByOwner, response: Response) -> OperatorReply:
    """Let a person operate the platform; one who is new gets the mail that activates."""
    done = await use.operators.appoint(body.registration(), body.role, body.reason, by.context())
    return _reply(response, done)


@router.post("/dismissal")
async def dismiss(*, body: Dismissal, use: Use, by: ByOwner, response: Response) -> OperatorReply:
    """Let a person operate the platform no longer."""
    return _reply(response, await use.operators.dismiss(body.email, body.reason, by.context()))


@router.post("/{user_id}/deeds", status_code=status.HTTP_201_CREATED)
async def record(
    *, user_id: UUID, body: DeedForm, use: Use, by: ByGateway, response: Response, attempt: UUID | None = None
) -> OperatorReply:
    """Record what an operator is about to do, before it is done.

    A call that is repeated with its own *attempt* finds its own deed as fresh as the first time.
    """
    if by.caller.subject != f"user:{user_id}":
        raise OperatorOnly
    done = await use.operators.record(
        user_id, body.deed, body.consumer, body.error, body.streams, body.reason, by.context(), body.about, attempt
    )
    return _reply(response, done)


class RefusalForm(Body):
    """Whom the ops console refused, and what they asked for."""

    company_id: UUID
    operation: Annotated[str, Field(min_length=1, max_length=100)]


class DeedReply(Reply):
    """A deed that was ordered, or a wish that was refused."""

    position: int
    stream_id: UUID
    version: int
    at: datetime
    user_id: UUID
    company_id: UUID | None
    """The tenant of who was refused; None for an operator's deed."""
    what: str
    """The deed, or the operation that was refused."""
    refused: bool
    consumer: str | None
    error: str | None
    streams: list[UUID]
    about: str | None
    reason: str


class DeedsReply(Reply):
    """Deeds and refusals, newest first."""

    items: list[DeedReply]


@router.post("/{user_id}/refusals", status_code=status.HTTP_201_CREATED)
async def refused(*, user_id: UUID, body: RefusalForm, use: Use, by: ByGateway, response: Response) -> OperatorReply:
    """Take note that the ops console refused somebody: one an hour of each person."""
    if by.caller.subject != f"user:{user_id}":
        raise OperatorOnly
    return _reply(response, await use.operators.refused(user_id, body.company_id, body.operation, by.context()))


@router.get("/deeds")
async def deeds(
    *,
    use: Use,
    _by: Annotated[Caller, Depends(caller(READ))],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> DeedsReply:
    """List what operators did and who was refused, newest first, from before a position of the log."""
    return DeedsReply(items=[_deed(one) for one in await use.operators.deeds(limit, before)])


def _deed(one: Booked) -> DeedReply:
    place = {"position": one.position, "stream_id": one.stream_id, "version": one.version}
    match one.fact:
        case OperatorActed() as done:
            return DeedReply(
                **place,
                at=done.at,
                user_id=done.user_id,
                company_id=None,
                what=done.deed,
                refused=False,
                consumer=done.consumer,
                error=done.error,
                streams=list(done.streams),
                about=done.about,
                reason=done.reason,
            )
        case OperatorRefused() as wish:
            return DeedReply(
                **place,
                at=wish.at,
                user_id=wish.user_id,
                company_id=wish.company_id,
                what=wish.operation,
                refused=True,
                consumer=None,
                error=None,
                streams=[],
                about=None,
                reason="",
            )
        case _:
            assert_never(one.fact)


def _reply(response: Response, done: Appended) -> OperatorReply:
    placed(response, done.position)
    return OperatorReply(version=done.version, fresh=not done.duplicate)
