"""The platform's own operators: people of a tenant that no company is. Next stop: domain/operators.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import PLATFORM, Context
from kernel.domain.errors import ClaimTaken
from kernel.domain.recorded import Appended, Claim
from services.users.application.handlers import EMAIL
from services.users.application.ports import Booked, Comparable, DeedBook, Fingerprint
from services.users.application.streams import operator_stream
from services.users.domain.commands import (
    AppointOperator,
    DismissOperator,
    NoteRefusal,
    RecordDeed,
    RegisterUser,
    Registration,
)
from services.users.domain.errors import EmailTaken, OperatorOnly, OperatorUnknown
from services.users.domain.operator_events import Deed, OperatorActed, OperatorRole
from services.users.domain.operators import operator
from services.users.domain.user import user


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorHandlers:
    """Who operates the platform, and what they did."""

    store: EventStore
    now: Clock
    new_id: NewId
    fingerprint: Fingerprint
    comparable: Comparable
    book: DeedBook

    async def appoint(self, form: Registration, role: OperatorRole, reason: str, by: Context) -> Appended:
        """Let a person operate the platform; one who is not registered yet is, and gets the mail that activates.

        Raises: EmailTaken when the address is that of a company's user.
        """
        user_id = await self._person(form, by)
        asked = AppointOperator(user_id=user_id, role=role, reason=reason, at=self.now())
        return await execute(self.store, operator, operator_stream(user_id), asked, _own(by))

    async def dismiss(self, email: str, reason: str, by: Context) -> Appended:
        """Let a person operate the platform no longer. Raises: OperatorUnknown."""
        user_id = await self.store.find(self._claim(email))
        if user_id is None:
            raise OperatorUnknown
        asked = DismissOperator(user_id=user_id, reason=reason, at=self.now())
        return await execute(self.store, operator, operator_stream(user_id), asked, _own(by))

    async def record(  # noqa: PLR0917 - what a deed is about
        self,
        user_id: UUID,
        deed: Deed,
        consumer: str | None,
        error: str | None,
        streams: Sequence[UUID],
        reason: str,
        by: Context,
        about: str | None = None,
        attempt: UUID | None = None,
    ) -> Appended:
        """Record what an operator is about to do, or that somebody was refused it.

        What this very *attempt* recorded, whose answer was lost, is no duplicate: nobody has done it yet.
        Raises: OperatorOnly for who may only look, and anybody else.
        """
        asked = RecordDeed(
            user_id=user_id,
            deed=deed,
            consumer=consumer,
            error=error,
            streams=tuple(streams),
            about=about,
            attempt=attempt,
            reason=reason,
            at=self.now(),
        )
        try:
            done = await execute(self.store, operator, operator_stream(user_id), asked, _own(by))
        except OperatorOnly:
            # The gateway let them by, for its read model is behind: so it takes no note itself. The command's id stays
            # that of the deed, which is refused again when it is sent again.
            await self.refused(user_id, PLATFORM, deed, replace(by, command_id=None, content=None))
            raise
        if done.duplicate and attempt is not None and await self._attempt(done) == attempt:
            return replace(done, duplicate=False)
        return done

    async def _attempt(self, done: Appended) -> UUID | None:
        """Return by which call a deed was recorded."""
        past = await self.store.load(done.stream_id, after=done.version - 1)
        return past[0].event.attempt if past and isinstance(past[0].event, OperatorActed) else None

    async def refused(self, user_id: UUID, company_id: UUID, operation: str, by: Context) -> Appended:
        """Take note that the ops console refused somebody; one an hour of each person, the others change nothing."""
        asked = NoteRefusal(user_id=user_id, company_id=company_id, operation=operation, at=self.now())
        return await execute(self.store, operator, operator_stream(user_id), asked, _own(by))

    async def deeds(self, limit: int, before: int | None) -> Sequence[Booked]:
        """Return what operators did and who was refused, newest first, behind a position. Raises: Unavailable."""
        return await self.book.page(limit, before)

    async def _person(self, form: Registration, by: Context) -> UUID:
        """Return who has the form's mail address, registered now or before."""
        claim = self._claim(form.email)
        found = await self.store.find(claim)
        if found is None:
            asked = RegisterUser(registration=replace(form, user_id=self.new_id()), at=self.now())
            # The command id is that of the appointment; a registration that is repeated finds its own address.
            circumstances = replace(_own(by), command_id=None, content=None)
            try:
                done = await execute(self.store, user, asked.registration.user_id, asked, circumstances, claims=[claim])
            except ClaimTaken:
                raise EmailTaken from None
            return done.stream_id
        if (await self.store.load(found))[0].tenant_id != PLATFORM:
            raise EmailTaken
        return found

    def _claim(self, email: str) -> Claim:
        return Claim(EMAIL, self.fingerprint(EMAIL, self.comparable(email)))


def _own(by: Context) -> Context:
    return replace(by, tenant_id=PLATFORM)
