"""The two steps of a login: password, then code; only both make a session. Next stop: application/ports.py."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended, LogPosition
from services.identity.application.legacy import Legacy
from services.identity.application.password_ports import Passwords
from services.identity.application.ports import (
    Attempt,
    Client,
    Code,
    Fingerprints,
    Hasher,
    KeptLogin,
    Logins,
    NewCode,
    NewLogin,
    NewSecret,
    Seeds,
    Try,
    Verdict,
)
from services.identity.application.recovery import Recovery
from services.identity.application.remembering import Known, Remembering
from services.identity.application.rules import Rules
from services.identity.application.typed import digits, normal
from services.identity.domain.commands import EndSession, IssueMailCode, LockCredential
from services.identity.domain.credential import credential
from services.identity.domain.errors import (
    ChallengeGone,
    CodesSpent,
    CredentialIsDisabled,
    CredentialIsLocked,
    CredentialsWrong,
    LoginCodeWrong,
    LoginExpired,
    LoginMethodEnded,
    LoginThrottled,
    MethodHasNoCode,
)
from services.identity.domain.events import EndReason, MailCodeIssued, Proof, SecondFactor, SessionStarted
from services.identity.domain.session import amr, session
from services.identity.domain.session import login as codes
from services.identity.domain.state import Credential

Beat = Callable[[], Awaitable[object]]
"""Waits for the next beat of a slow clock, so that the time of a refusal tells nothing of its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A login whose password was right: not a session."""

    login: str
    method: SecondFactor
    expires_at: datetime
    tries_left: int
    passkeys: bool = False
    """Whether the person has a passkey; then no code is mailed until it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A first step that was right; nothing is kept of it yet."""

    known: Known
    keys: tuple[bytes, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A login that became a session."""

    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    method: Proof
    started_at: datetime
    position: LogPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Lets people in."""

    store: EventStore
    people: Remembering
    logins: Logins
    passwords: Passwords
    hasher: Hasher
    fingerprints: Fingerprints
    seeds: Seeds
    recovery: Recovery
    legacy: Legacy
    rules: Rules
    now: Clock
    new_id: NewId
    new_secret: NewSecret
    new_code: NewCode
    beat: Beat

    async def begin(self, email: str, password: str, client: Client, by: Context) -> Pending:
        """Check the password.

        Raises: CredentialsWrong whatever is wrong; CredentialIsLocked, CredentialIsDisabled or LoginMethodEnded to who
        knows the password; LoginThrottled; Busy.
        """
        return await self.open(await self.prove(email, password, client), client, by)

    async def prove(self, email: str, password: str, client: Client) -> Proved:
        """Check the password, and keep nothing when it is right. Raises: as begin()."""
        self.hasher.see_room()
        at = self.now()
        address = self.fingerprints.email(email)
        keys = (self.fingerprints.network(email, client.ip), address)
        look = await self.logins.look(address, keys, at)
        if look.closed_until is not None:
            raise LoginThrottled.until(look.closed_until, at)
        known = await self.people.known(look.user_id, look.version)
        hashed = look.hashes.get(known.state.password_id) if known.state.password_id else None
        right = await self.hasher.verify(hashed, normal(password))
        if hashed is None or not right or not (known.state.active or known.state.disabled):
            attempt = Attempt(attempt_id=self.new_id(), user_id=look.user_id, client=client)
            closed = await self.logins.refuse(address, keys, at, attempt)
            await self.beat()
            raise LoginThrottled.until(closed, at) if closed else CredentialsWrong
        if known.state.disabled:
            raise CredentialIsDisabled
        if known.state.locked:
            raise CredentialIsLocked
        if known.state.password_id and self.hasher.outdated(hashed):
            await self.passwords.replace(known.state.password_id, hashed, await self.hasher.hash(normal(password)))
        return Proved(known=known, keys=keys, at=at)

    async def open(self, proved: Proved, client: Client, by: Context) -> Pending:
        """Have the login wait for its second step. Raises: as begin()."""
        pending = await self._begun(self._login(proved.known, client, proved.at), proved.keys, by)
        return replace(pending, passkeys=True) if proved.known.state.passkeys else pending

    async def state(self, token: str) -> Pending:
        """Return where a login stands. Raises: LoginExpired."""
        return self.pending(token, await self.kept(token))

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
        await execute(self.store, codes, kept.login_id, asked, _as(kept.user_id, kept.tenant_id, by))

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
            await self.see_good(kept)
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
                passed = await self.start(kept, tried.session_id, proof, tried.at, by)
                await self.see_not_late(token, passed, by)
                return passed
            case Verdict.LOCKS | Verdict.LOCKED:
                await self._lock(kept.user_id, kept.tenant_id, judged.at or tried.at, by)
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
            return await self.start(kept, kept.session_id, proof, kept.passed_at, by)
        return None

    async def code(self, challenge_id: UUID) -> tuple[str, datetime]:
        """Return a code and its end, to be mailed. Raises: ChallengeGone."""
        found = await self.logins.deliver(challenge_id, self.now())
        if found is None:
            raise ChallengeGone
        return found

    async def end_session(self, session_id: UUID, user_id: UUID, reason: EndReason, by: Context) -> Appended:
        """End a session; again changes nothing. Raises: SessionUnknown."""
        asked = EndSession(session_id=session_id, user_id=user_id, reason=reason, at=self.now())
        past = await self.store.load(session_id)
        tenant_id = past[0].tenant_id if past else by.tenant_id
        return await execute(self.store, session, session_id, asked, replace(by, tenant_id=tenant_id))

    def _login(self, known: Known, client: Client, at: datetime) -> NewLogin:
        method = known.state.second_factor or SecondFactor.TOTP
        mailed = method is SecondFactor.MAIL_OTP
        # Who has a passkey is not mailed a code with every login, but when they ask for one.
        code = Code(challenge_id=self.new_id(), code=self.new_code()) if mailed and not known.state.passkeys else None
        return NewLogin(
            login_id=self.new_id(),
            token=self.new_secret(),
            user_id=known.user_id,
            tenant_id=known.tenant_id,
            method=method,
            credential_version=known.version,
            enrolment_id=None if mailed else known.state.enrolment_id,
            code=code,
            client=client,
            started_at=at,
            expires_at=at + self.rules.login_life,
        )

    async def _begun(self, fresh: NewLogin, keys: tuple[bytes, ...], by: Context) -> Pending:
        judged = await self.logins.begin(fresh, keys)
        if judged.verdict is Verdict.LOCKED and await self._forgiven(fresh.user_id, judged.at or fresh.started_at):
            judged = await self.logins.begin(fresh, keys)
        if judged.verdict is Verdict.LOCKED:
            await self._lock(fresh.user_id, fresh.tenant_id, judged.at or fresh.started_at, by)
            raise CredentialIsLocked
        if judged.verdict is Verdict.ENDED:
            await self.legacy.lead_over(fresh.user_id, fresh.tenant_id, by)
            raise LoginMethodEnded
        if judged.verdict is not Verdict.BEGUN:
            raise LoginThrottled.until(judged.at or fresh.expires_at, fresh.started_at)
        if fresh.code is not None:
            issued = MailCodeIssued(
                user_id=fresh.user_id,
                challenge_id=fresh.code.challenge_id,
                expires_at=fresh.expires_at,
                at=fresh.started_at,
            )
            # Asked for again under the same key, it is another login with a mail of its own.
            await self.store.append(fresh.login_id, 0, [issued], _keyless(fresh.user_id, fresh.tenant_id, by))
        return Pending(
            login=fresh.token,
            method=fresh.method,
            expires_at=fresh.expires_at,
            tries_left=self.rules.login_tries,
        )

    async def _open(self, token: str, at: datetime) -> KeptLogin:
        kept = await self.logins.find(token)
        if kept is None:
            raise LoginExpired
        self._see_open(kept, at)
        return kept

    def _see_open(self, kept: KeptLogin, at: datetime) -> None:
        if kept.session_id or kept.expires_at <= at or kept.tries >= self.rules.login_tries:
            raise LoginExpired

    async def see_good(self, kept: KeptLogin) -> Credential:
        """See that what happened to the credential since the password was checked leaves this login standing.

        Raises: LoginExpired; CredentialIsLocked.
        """
        state = await self._state(kept.user_id)
        if state.locked:
            raise CredentialIsLocked
        other_password = state.password_set_at is not None and state.password_set_at >= kept.started_at
        other_factor = state.second_factor is not kept.method or state.enrolment_id != kept.enrolment_id
        ended = state.sessions_over_at is not None and state.sessions_over_at >= kept.started_at
        if state.disabled or not state.active or other_password or other_factor or ended:
            raise LoginExpired
        return state

    async def _forgiven(self, user_id: UUID, locked_at: datetime) -> bool:
        """Tell whether a lock was lifted, but the process died before the counter heard of it."""
        forgiven_at = (await self._state(user_id)).forgiven_at
        if forgiven_at is None or forgiven_at < locked_at:
            return False
        await self.passwords.forgive(user_id, forgiven_at)
        return True

    async def _state(self, user_id: UUID) -> Credential:
        return credential.fold(fact.event for fact in await self.store.load(user_id))

    def _is_mailed(self, kept: KeptLogin, code: str) -> bool:
        if kept.challenge_id is None or kept.code_key is None:
            return False
        return hmac.compare_digest(self.fingerprints.code(kept.challenge_id, code), kept.code_key)

    async def start(self, who: KeptLogin | Known, session_id: UUID, method: Proof, at: datetime, by: Context) -> Passed:
        """Write the fact of a session; again under the same key it is the same one."""
        started = SessionStarted(session_id=session_id, user_id=who.user_id, method=method, amr=amr(method), at=at)
        # A stream of its own that nobody else knows yet: there is nothing to load or decide.
        done = await self.store.append(session_id, 0, [started], _as(who.user_id, who.tenant_id, by))
        return Passed(
            session_id=session_id,
            user_id=who.user_id,
            tenant_id=who.tenant_id,
            method=method,
            started_at=at,
            position=done.position,
        )

    async def see_not_late(self, token: str, passed: Passed, by: Context) -> None:
        """End a session again that began while all of the person's were being ended, too late to be seen.

        Raises: LoginExpired; CredentialIsLocked.
        """
        try:
            await self._see_unmoved(token)
        except (CredentialIsLocked, LoginExpired):
            asked = EndSession(
                session_id=passed.session_id, user_id=passed.user_id, reason=EndReason.EXPIRED, at=self.now()
            )
            by = _keyless(passed.user_id, passed.tenant_id, by)
            await execute(self.store, session, passed.session_id, asked, by)
            raise

    async def _see_unmoved(self, token: str) -> None:
        if not await self.logins.moved(token):
            return
        kept = await self.logins.find(token)
        if kept is None:
            raise LoginExpired
        await self.see_good(kept)

    async def _lock(self, user_id: UUID, tenant_id: UUID, at: datetime, by: Context) -> None:
        asked = LockCredential(user_id=user_id, at=at)
        await execute(self.store, credential, user_id, asked, _keyless(user_id, tenant_id, by))


def _as(user_id: UUID, tenant_id: UUID, by: Context) -> Context:
    """Return the circumstances of what a person does on their own way in.

    From where is kept beside the login and its session already; a second copy would have each login wait for the keys.
    """
    return replace(by, tenant_id=tenant_id, actor=f"user:{user_id}", client=None)


def _keyless(user_id: UUID, tenant_id: UUID, by: Context) -> Context:
    return replace(_as(user_id, tenant_id, by), command_id=None, content=None)
