"""Users: time, ids and outside checks become plain values here. Next stop: administration.py, then domain/user.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken
from kernel.domain.recorded import Appended, Claim
from services.users.application.administration import Administration
from services.users.application.ports import Comparable, Fingerprint
from services.users.application.references import References
from services.users.domain.commands import (
    ActivateUser,
    Changes,
    ChangeUser,
    ChooseLanguage,
    ChooseNotifications,
    DeleteUser,
    JoinGroup,
    LeaveGroup,
    ProfileChanges,
    RecordFactor,
    RefuseRegistration,
    RegisterUser,
    Registration,
    ReinstateUser,
    SuspendUser,
)
from services.users.domain.errors import EmailTaken, UserUnknown
from services.users.domain.events import Language, RefusalReason, SecondFactor
from services.users.domain.notifications import MailKind
from services.users.domain.user import User, user

EMAIL = "email"
"""The scope of claims to mail addresses; stored for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserHandlers:
    """What this service can be asked to do about people, and what it needs to do it.

    Raises, where somebody is named: UserUnknown, also for another tenant's.
    """

    store: EventStore
    now: Clock
    new_id: NewId
    fingerprint: Fingerprint
    comparable: Comparable
    administration: Administration
    references: References

    async def register(self, registration: Registration, by: Context, *, group_ids: Sequence[UUID] = ()) -> Appended:
        """Make a person a user, or record that their mail address is another user's."""
        asked = RegisterUser(registration=registration, group_ids=tuple(group_ids), at=self.now())
        user_id = registration.user_id
        try:
            return await execute(self.store, user, user_id, asked, by, claims=[self.claim(registration.email)])
        except ClaimTaken:
            refusal = RefuseRegistration(user_id=user_id, reason=RefusalReason.EMAIL_TAKEN, at=self.now())
            return await execute(self.store, user, user_id, refusal, by)

    async def add(self, form: Registration, group_ids: Sequence[UUID], by: Context) -> Appended:
        """Make a person a user as an administrator wants it; the answer's stream is their id.

        Raises: EmailTaken; ReferenceUnknown; KeyReused.
        """
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        await self.references.check(by.tenant_id, group_ids, form.second_factor)
        registration = replace(form, user_id=self.new_id())
        asked = RegisterUser(registration=registration, group_ids=tuple(dict.fromkeys(group_ids)), at=self.now())
        claims = [self.claim(form.email)]
        try:
            return await execute(self.store, user, registration.user_id, asked, by, claims=claims)
        except ClaimTaken:
            raise EmailTaken from None

    async def activate(self, user_id: UUID, by: Context) -> Appended:
        """Record that a person has set the portal up."""
        return await self.administration.change(user_id, ActivateUser(user_id=user_id, at=self.now()), by)

    async def record_factor(self, user_id: UUID, second_factor: SecondFactor, by: Context) -> Appended:
        """Record how a person gives the second proof, as identity says: what an administrator assigned is known."""
        asked = RecordFactor(user_id=user_id, second_factor=second_factor, at=self.now())
        return await self.administration.change(user_id, asked, by)

    async def choose_language(self, user_id: UUID, language: Language, by: Context) -> Appended:
        """Set the language of one's own screens. Raises: UserUnknown for anybody else's."""
        asked = ChooseLanguage(user_id=_oneself(user_id, by), screen_language=language, at=self.now())
        return await self.administration.change(user_id, asked, by)

    async def prefer(self, user_id: UUID, profile: ProfileChanges, by: Context) -> Appended:
        """Change what a person may change of their own profile. Raises: UserUnknown for anybody else's."""
        asked = ChangeUser(user_id=_oneself(user_id, by), changes=Changes(profile=profile), at=self.now())
        return await self.administration.change(user_id, asked, by)

    async def choose_notifications(
        self,
        user_id: UUID,
        refused: Sequence[MailKind],
        daily: Sequence[MailKind],
        by: Context,
        expected: int | None = None,
    ) -> Appended:
        """Have a person get all mails but some, and some once a day. Raises: MailNotRefusable; PreconditionFailed."""
        asked = ChooseNotifications(user_id=user_id, refused=tuple(refused), daily=tuple(daily), at=self.now())
        return await self.administration.change(user_id, asked, by, expected=expected)

    async def prefer_notifications(
        self,
        user_id: UUID,
        refused: Sequence[MailKind],
        daily: Sequence[MailKind],
        by: Context,
        expected: int | None = None,
    ) -> Appended:
        """Do so for oneself. Raises, beside that: UserUnknown for anybody else."""
        return await self.choose_notifications(_oneself(user_id, by), refused, daily, by, expected)

    async def change(self, user_id: UUID, wish: Changes, by: Context, expected: int | None = None) -> Appended:
        """Change what is named of a person.

        Raises: PreconditionFailed; ReferenceUnknown; LastAdministrator.
        """
        await self.references.check(by.tenant_id, wish.group_ids or (), wish.second_factor)
        asked = ChangeUser(user_id=user_id, changes=wish, at=self.now())
        return await self.administration.change(user_id, asked, by, expected=expected)

    async def suspend(self, user_id: UUID, by: Context, expected: int | None = None) -> Appended:
        """Keep a person out for the time being. Raises: NotOneself; LastAdministrator; PreconditionFailed."""
        asked = SuspendUser(user_id=user_id, by_oneself=_is(user_id, by), at=self.now())
        return await self.administration.change(user_id, asked, by, expected=expected)

    async def reinstate(self, user_id: UUID, by: Context, expected: int | None = None) -> Appended:
        """Let a suspended person in again. Raises: PreconditionFailed."""
        asked = ReinstateUser(user_id=user_id, at=self.now())
        return await self.administration.change(user_id, asked, by, expected=expected)

    async def delete(self, user_id: UUID, by: Context, expected: int | None = None) -> Appended:
        """Remove a person; their mail address is free again.

        Raises: NotOneself; LastAdministrator; PreconditionFailed.
        """
        asked = DeleteUser(user_id=user_id, by_oneself=_is(user_id, by), at=self.now())
        return await self.administration.change(user_id, asked, by, expected=expected, frees=self._address)

    async def join(self, user_ids: Sequence[UUID], group_id: UUID, by: Context) -> list[Appended]:
        """Put people into a group, each once. Raises: ReferenceUnknown, before anybody is put anywhere."""
        await self.references.check_people(by.tenant_id, user_ids)
        return [
            await self.administration.change(
                user_id, JoinGroup(user_id=user_id, group_id=group_id, at=self.now()), _part(by, user_id)
            )
            for user_id in dict.fromkeys(user_ids)
        ]

    async def leave(self, user_id: UUID, group_id: UUID, by: Context) -> Appended:
        """Take a person out of a group."""
        asked = LeaveGroup(user_id=user_id, group_id=group_id, at=self.now())
        return await self.administration.change(user_id, asked, by)

    def claim(self, email: str) -> Claim:
        """Return the claim that keeps a mail address, however it is spelled, to one person."""
        return Claim(EMAIL, self.fingerprint(EMAIL, self.comparable(email)))

    def _address(self, of: User) -> Sequence[Claim]:
        return [self.claim(of.email)]


def _oneself(user_id: UUID, by: Context) -> UUID:
    if not _is(user_id, by):
        raise UserUnknown
    return user_id


def _is(user_id: UUID, by: Context) -> bool:
    return by.actor == f"user:{user_id}"


def _part(by: Context, user_id: UUID) -> Context:
    """Return the circumstances of one person's part of a command: it is carried out once for each of them."""
    return by.with_command(uuid5(by.command_id, str(user_id))) if by.command_id else by
