"""Has people show again, in their session, that it is them: password, then second factor. Next: step_up_ports.py.

See: docs/decisions/0021-what-lets-in-is-changed-with-what-lets-in.md; OWASP ASVS 5.0, 7.5.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from services.identity.application.ports import Code, Fingerprints, NewCode, Seeds, Verdict
from services.identity.application.proving import Proving
from services.identity.application.recovery import Recovery
from services.identity.application.rules import Rules
from services.identity.application.standing import of_tenant
from services.identity.application.step_up_ports import KeptStepUp, OwnTry, StepUps
from services.identity.application.typed import digits
from services.identity.domain.commands import LockCredential
from services.identity.domain.credential import credential
from services.identity.domain.errors import (
    CodesSpent,
    CodeWrong,
    CredentialIsLocked,
    LoginThrottled,
    SessionUnknown,
    StepUpNeeded,
)
from services.identity.domain.events import CodePurpose, MailCodeIssued, SecondFactor
from services.identity.domain.owner import see_usable
from services.identity.domain.session import session
from services.identity.domain.state import Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpView:
    """How far somebody has shown again that it is them."""

    method: SecondFactor
    """What is asked for after the password, unless a passkey gives it."""
    passkeys: bool
    """Whether the person has a passkey; then no code by mail is worth as much."""
    proven: bool
    expires_at: datetime
    tries_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUp:
    """Asks people who are logged in for both proofs once more."""

    store: EventStore
    step_ups: StepUps
    proving: Proving
    recovery: Recovery
    fingerprints: Fingerprints
    seeds: Seeds
    rules: Rules
    now: Clock
    new_id: NewId
    new_code: NewCode

    async def begin(self, user_id: UUID, session_id: UUID, password: str, by: Context) -> StepUpView:
        """Check the password, and mail a code where that is the second factor.

        Raises: CredentialUnknown; SessionUnknown; CurrentPasswordWrong; LoginThrottled; CredentialIsLocked; Busy.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        see_usable(state)
        await self._see_session(user_id, session_id, state)
        await self.proving.password(user_id, state, password)
        mailed, at = _only_mail(state), self.now()
        code = Code(challenge_id=self.new_id(), code=self.new_code()) if mailed else None
        begun = KeptStepUp(
            step_up_id=self.new_id(),
            session_id=session_id,
            user_id=user_id,
            challenge_id=code.challenge_id if code else None,
            code_key=None,
            tries=0,
            started_at=at,
            expires_at=at + self.rules.step_up_life,
            proven_at=None,
        )
        judged = await self.step_ups.begin(begun, code)
        if judged.verdict is Verdict.LOCKED:
            raise CredentialIsLocked
        if judged.verdict is not Verdict.BEGUN:
            raise LoginThrottled.until(judged.at or begun.expires_at, at)
        if code is not None:
            issued = MailCodeIssued(
                user_id=user_id,
                challenge_id=code.challenge_id,
                purpose=CodePurpose.STEP_UP,
                expires_at=begun.expires_at,
                at=at,
            )
            await self.store.append(begun.step_up_id, 0, [issued], _unnamed(by))
        return self.view(state, begun)

    async def prove(self, user_id: UUID, session_id: UUID, typed: str, by: Context) -> StepUpView:
        """Check the second factor, or a recovery code in its place.

        Raises: CredentialUnknown; StepUpNeeded; CodeWrong; CredentialIsLocked; Busy.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        see_usable(state)
        kept = await self.kept(user_id, session_id, state)
        if kept.proven_at is not None:
            return self.view(state, kept)
        at = self.now()
        judged = await self.try_own(await self._tried(kept, state, typed, at), by)
        return self.view(state, judged)

    async def try_own(self, tried: OwnTry, by: Context) -> KeptStepUp:
        """Return the proof as a try leaves it. Raises: CodeWrong; CredentialIsLocked; StepUpNeeded."""
        judged = await self.step_ups.judge(tried)
        match judged.verdict:
            case Verdict.PASSED:
                return replace(tried.step_up, proven_at=tried.at, expires_at=tried.until)
            case Verdict.WRONG:
                raise CodeWrong(tries_left=judged.tries_left)
            case Verdict.SPENT:
                raise CodesSpent.until(judged.at or tried.until, tried.at)
            case Verdict.LOCKS | Verdict.LOCKED:
                asked = LockCredential(user_id=tried.step_up.user_id, at=judged.at or tried.at)
                await execute(self.store, credential, asked.user_id, asked, _unnamed(by))
                raise CredentialIsLocked
            case _:
                raise StepUpNeeded

    async def look(self, user_id: UUID, session_id: UUID, tenant_id: UUID) -> StepUpView:
        """Return how far it was shown. Raises: CredentialUnknown; StepUpNeeded when nothing was."""
        state = await of_tenant(self.store, user_id, tenant_id)
        return self.view(state, await self.kept(user_id, session_id, state))

    async def proven(self, user_id: UUID, session_id: UUID, state: Credential) -> KeptStepUp:
        """Return the proof of a session that gave both. Raises: StepUpNeeded."""
        kept = await self.kept(user_id, session_id, state)
        if kept.proven_at is None:
            raise StepUpNeeded
        return kept

    async def kept(self, user_id: UUID, session_id: UUID, state: Credential) -> KeptStepUp:
        """Return a proof that waits for its second factor or has it. Raises: StepUpNeeded."""
        kept = await self.step_ups.find(session_id, user_id)
        if kept is None or kept.expires_at <= self.now():
            raise StepUpNeeded
        # What ends trust in a browser ends this too: another password, another factor, sessions that were ended.
        if state.distrusted_at is not None and kept.started_at <= state.distrusted_at:
            raise StepUpNeeded
        return kept

    async def _tried(self, kept: KeptStepUp, state: Credential, typed: str, at: datetime) -> OwnTry:
        code, until = digits(typed), at + self.rules.step_up_life
        if state.second_factor is SecondFactor.MAIL_OTP:
            # None was mailed to who has a passkey, so none is right.
            return OwnTry(step_up=kept, right=self._is_mailed(kept, code), at=at, until=until)
        seed = await self.proving.authenticators.seed(state.enrolment_id) if state.enrolment_id else None
        step = self.seeds.step(seed, code, at) if seed else None
        recovery = await self.recovery.proved(kept.user_id, typed) if step is None else None
        right = step is not None or recovery is not None
        return OwnTry(step_up=kept, right=right, step=step, recovery=recovery, at=at, until=until)

    def _is_mailed(self, kept: KeptStepUp, code: str) -> bool:
        if kept.challenge_id is None or kept.code_key is None:
            return False
        return hmac.compare_digest(self.fingerprints.code(kept.challenge_id, code), kept.code_key)

    async def _see_session(self, user_id: UUID, session_id: UUID, state: Credential) -> None:
        found = session.fold(fact.event for fact in await self.store.load(session_id))
        if found.user_id != user_id or found.started_at is None or found.ended:
            raise SessionUnknown
        if state.ended(session_id, found.started_at):
            raise SessionUnknown

    def view(self, state: Credential, kept: KeptStepUp) -> StepUpView:
        """Return how far it was shown."""
        return StepUpView(
            method=state.second_factor or SecondFactor.TOTP,
            passkeys=bool(state.passkeys),
            proven=kept.proven_at is not None,
            expires_at=kept.expires_at,
            tries_left=max(0, self.rules.login_tries - kept.tries),
        )


def _only_mail(state: Credential) -> bool:
    return state.second_factor is SecondFactor.MAIL_OTP and not state.passkeys


def _unnamed(by: Context) -> Context:
    return replace(by, command_id=None, content=None)
