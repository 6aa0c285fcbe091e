"""The second step of a login: a code of the app or of a mail. Next stop: opening.py."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from services.identity.application.locking import Locking
from services.identity.application.login import Passed, Pending, of_person
from services.identity.application.opening import Opening
from services.identity.application.ports import (
    Code,
    Fingerprints,
    KeptLogin,
    Logins,
    NewCode,
    Seeds,
    Try,
    Verdict,
)
from services.identity.application.recovery import Recovery
from services.identity.application.rules import Rules
from services.identity.application.typed import digits
from services.identity.domain.commands import IssueMailCode
from services.identity.domain.errors import (
    ChallengeGone,
    CodesSpent,
    CredentialIsLocked,
    LoginCodeWrong,
    LoginExpired,
    LoginMethodEnded,
    LoginThrottled,
    MethodHasNoCode,
)
from services.identity.domain.events import Proof, SecondFactor
from services.identity.domain.session import login as codes


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """Lets in who began a login and now proves who they are."""

    store: EventStore
    logins: Logins
    fingerprints: Fingerprints
    seeds: Seeds
    recovery: Recovery
    locking: Locking
    opening: Opening
    rules: Rules
    now: Clock
    new_id: NewId
    new_code: NewCode

    async def kept(self, token: str) -> KeptLogin:
        """Return a login that waits for its second step. Raises: LoginExpired."""
        return await self._open(token, self.now())

    def pending(self, token: str, kept: KeptLogin) -> Pending:
        """Return where a login stands."""
        return Pending(
            login=token, method=kept.method, expires_at=kept.expires_at, tries_left=self.rules.login_tries - kept.tries
        )

    async def resend(self, token: str, by: Context) -> None:
        """Mail a fresh code; the one before is dead.

        Raises: LoginExpired; MethodHasNoCode; LoginMethodEnded; LoginThrottled.
        """
        at = self.now()
        kept = await self._open(token, at)
        if kept.method is not SecondFactor.MAIL_OTP:
            raise MethodHasNoCode
        if by.command_id and await self.store.answered(by.command_id, by.content):
            return
        fresh = Code(challenge_id=self.new_id(), code=self.new_code())
        judged = await self.logins.resend(kept, fresh, at)
        if judged.verdict is Verdict.OVER:
            raise LoginExpired
        if judged.verdict is Verdict.ENDED:
            raise LoginMethodEnded
        if judged.verdict is not Verdict.SENT:
            raise LoginThrottled.until(judged.at or kept.expires_at, at)
        asked = IssueMailCode(user_id=kept.user_id, challenge_id=fresh.challenge_id, expires_at=kept.expires_at, at=at)
        await execute(self.store, codes, kept.login_id, asked, of_person(kept.user_id, kept.tenant_id, by))

    async def finish(self, token: str, code: str, by: Context) -> Passed:
        """Check the code, or a recovery code in its place.

        Raises: LoginCodeWrong; LoginExpired; CredentialIsLocked; CodesSpent.
        """
        at = self.now()
        kept = await self.logins.find(token)
        if kept is None:
            raise LoginExpired
        if before := await self._before(kept, Proof(kept.method), by):
            return before
        self._see_open(kept, at)
        if kept.moved:
            await self.locking.see_good(kept)
        typed = digits(code)
        step = self.seeds.step(kept.seed, typed, at) if kept.seed else None
        recovery = await self.recovery.proved(kept.user_id, code) if kept.seed and step is None else None
        right = step is not None or recovery is not None or self._is_mailed(kept, typed)
        tried = Try(
            login=kept,
            right=right,
            step=step,
            recovery=recovery,
            session_id=self.new_id(),
            attempt_id=self.new_id(),
            command_id=by.command_id,
            at=at,
        )
        return await self.judged(tried, token, Proof(kept.method), by)

    async def judged(self, tried: Try, token: str, proof: Proof, by: Context) -> Passed:
        """Have a try of the second step decided. Raises: as finish()."""
        judged, kept = await self.logins.judge(tried), tried.login
        match judged.verdict:
            case Verdict.PASSED:
                passed = await self.opening.start(kept, tried.session_id, proof, tried.at, by)
                await self.opening.see_not_late(token, passed, by)
                return passed
            case Verdict.LOCKS | Verdict.LOCKED:
                await self.locking.lock(kept.user_id, kept.tenant_id, judged.at or tried.at, by)
                raise CredentialIsLocked
            case Verdict.SPENT:
                raise CodesSpent.until(judged.at or kept.expires_at, tried.at)
            case Verdict.WRONG:
                raise LoginCodeWrong(tries_left=judged.tries_left)
            case _:
                raise LoginExpired

    async def before(self, token: str, proof: Proof, by: Context) -> Passed | None:
        """Return what this very command led to before, if it did. Raises: LoginExpired."""
        kept = await self.logins.find(token)
        if kept is None:
            raise LoginExpired
        return await self._before(kept, proof, by)

    async def _before(self, kept: KeptLogin, proof: Proof, by: Context) -> Passed | None:
        if kept.session_id and kept.passed_at and by.command_id and kept.passed_by == by.command_id:
            return await self.opening.start(kept, kept.session_id, proof, kept.passed_at, by)
        return None

    async def code(self, challenge_id: UUID) -> tuple[str, datetime]:
        """Return a code and its end, to be mailed. Raises: ChallengeGone."""
        found = await self.logins.deliver(challenge_id, self.now())
        if found is None:
            raise ChallengeGone
        return found

    async def _open(self, token: str, at: datetime) -> KeptLogin:
        kept = await self.logins.find(token)
        if kept is None:
            raise LoginExpired
        self._see_open(kept, at)
        return kept

    def _see_open(self, kept: KeptLogin, at: datetime) -> None:
        if kept.session_id or kept.expires_at <= at or kept.tries >= self.rules.login_tries:
            raise LoginExpired

    def _is_mailed(self, kept: KeptLogin, code: str) -> bool:
        if kept.challenge_id is None or kept.code_key is None:
            return False
        return hmac.compare_digest(self.fingerprints.code(kept.challenge_id, code), kept.code_key)
