"""The platform's operators over HTTP, for who runs it and the gateway. Next: application/operator_handlers.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import placed
from kernel.adapters.http.texts import MailAddress, Name, PhoneNumber, Reason, Zone
from kernel.domain.recorded import Appended
from services.users.api.schemas import NOBODY
from services.users.api.use import ByGateway, ByOwner, Use
from services.users.domain.commands import Registration
from services.users.domain.errors import OperatorOnly
from services.users.domain.events import Language, Origin, Role, SecondFactor
from services.users.domain.operator_events import Deed, OperatorRole

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
async def record(*, user_id: UUID, body: DeedForm, use: Use, by: ByGateway, response: Response) -> OperatorReply:
    """Record what an operator is about to do, before it is done."""
    if by.caller.subject != f"user:{user_id}":
        raise OperatorOnly
    done = await use.operators.record(
        user_id, body.deed, body.consumer, body.error, body.streams, body.reason, by.context(), body.about
    )
    return _reply(response, done)


def _reply(response: Response, done: Appended) -> OperatorReply:
    placed(response, done.position)
    return OperatorReply(version=done.version, fresh=not done.duplicate)
