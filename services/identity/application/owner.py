"""What people do with their own way in while they are logged in. Next stop: domain/owner.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended, LogPosition
from services.identity.application.password_ports import Passwords
from services.identity.application.password_rules import PasswordRules
from services.identity.application.ports import Hasher, Said
from services.identity.application.proving import Proving
from services.identity.application.records import RecoveryCodes
from services.identity.application.recovery import COUNT, Recovery
from services.identity.application.standing import Revoking, of_tenant
from services.identity.application.typed import normal
from services.identity.domain.commands import (
    ChangePassword,
    EndOtherSessions,
    EndSession,
    IssueRecoveryCodes,
    KeptSession,
)
from services.identity.domain.credential import credential
from services.identity.domain.errors import CodesShownBefore, PasswordRefused, SessionUnknown
from services.identity.domain.events import EndReason
from services.identity.domain.owner import see_authenticator, see_usable
from services.identity.domain.session import session

POINTER = "/new"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """The wish for another password."""

    current: str
    new: str
    end_others: bool
    session_id: UUID
    said: Said | None
    """The person's mail address and name, where known: a password must not be made of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCodes:
    """A set of recovery codes, the only time that it is seen."""

    codes: Sequence[str]
    position: LogPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesLeft:
    """How many recovery codes are left of how many, and from when they are; none were issued without *issued_at*."""

    left: int
    total: int
    issued_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Serves people on their own credential."""

    store: EventStore
    proving: Proving
    revoking: Revoking
    recovery: Recovery
    codes: RecoveryCodes
    passwords: Passwords
    hasher: Hasher
    password_rules: PasswordRules
    now: Clock
    new_id: NewId

    async def change_password(self, user_id: UUID, wish: NewPassword, by: Context) -> Appended:
        """Change the password of who knows the present one.

        Raises: CredentialUnknown; CurrentPasswordWrong; LoginThrottled; PasswordRefused; SessionUnknown; Busy.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        see_usable(state)
        proved = await self.proving.password(user_id, state, wish.current)
        if broken := self.password_rules.broken(wish.new, wish.said):
            raise PasswordRefused(errors=[{**error, "pointer": POINTER} for error in broken])
        hashed = await self.hasher.hash(normal(wish.new))
        asked = ChangePassword(
            user_id=user_id,
            proved_id=proved,
            password_id=self.new_id(),
            kept_session=await self._kept(user_id, wish.session_id) if wish.end_others else None,
            at=self.now(),
        )
        await self.passwords.keep(asked.password_id, user_id, hashed, asked.at)
        done = await execute(self.store, credential, user_id, asked, by)
        await self.passwords.settle(user_id, asked.password_id, asked.at)
        await self.revoking.revoke(user_id, EndReason.ELSEWHERE, by)
        return done

    async def end_session(self, user_id: UUID, session_id: UUID, by: Context) -> Appended:
        """End one of the person's sessions; again changes nothing. Raises: CredentialUnknown; SessionUnknown."""
        await of_tenant(self.store, user_id, by.tenant_id)
        asked = EndSession(session_id=session_id, user_id=user_id, reason=EndReason.ELSEWHERE, at=self.now())
        return await execute(self.store, session, session_id, asked, by)

    async def end_others(self, user_id: UUID, kept_id: UUID, by: Context) -> Appended:
        """End all of the person's sessions but one. Raises: CredentialUnknown; SessionUnknown."""
        await of_tenant(self.store, user_id, by.tenant_id)
        kept = await self._kept(user_id, kept_id)
        asked = EndOtherSessions(user_id=user_id, kept_session=kept, at=self.now())
        done = await execute(self.store, credential, user_id, asked, by)
        await self.revoking.revoke(user_id, EndReason.ELSEWHERE, by)
        return done

    async def issue_codes(self, user_id: UUID, code: str, by: Context) -> IssuedCodes:
        """Make ten recovery codes; those before are dead.

        Raises: CredentialUnknown; NoAuthenticator; CodeWrong; CredentialIsLocked; CodesShownBefore; Busy.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        if by.command_id and await self.store.answered(by.command_id, by.content):
            raise CodesShownBefore
        see_usable(state)
        see_authenticator(state)
        await self.proving.code(user_id, state, code, by)
        asked = IssueRecoveryCodes(user_id=user_id, codes_id=self.new_id(), count=COUNT, at=self.now())
        shown = await self.recovery.make(asked.codes_id, user_id, asked.at)
        done = await execute(self.store, credential, user_id, asked, by)
        if done.duplicate:
            raise CodesShownBefore
        await self.codes.settle(user_id, asked.codes_id, asked.at)
        return IssuedCodes(codes=shown, position=done.position)

    async def codes_left(self, user_id: UUID, tenant_id: UUID) -> CodesLeft:
        """Return how many recovery codes are left. Raises: CredentialUnknown."""
        state = await of_tenant(self.store, user_id, tenant_id)
        left = await self.codes.left(state.codes_id) if state.codes_id else 0
        return CodesLeft(left=left, total=COUNT if state.codes_id else 0, issued_at=state.codes_at)

    async def _kept(self, user_id: UUID, session_id: UUID) -> KeptSession:
        state = session.fold(fact.event for fact in await self.store.load(session_id))
        if state.user_id != user_id or state.started_at is None or state.ended:
            raise SessionUnknown
        return KeptSession(session_id=session_id, started_at=state.started_at)
