"""The first step of a login: the password. What is right waits for the second. Next stop: second_step.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from services.identity.application.legacy import Legacy
from services.identity.application.locking import Locking
from services.identity.application.login import Pending, keyless
from services.identity.application.password_ports import Passwords
from services.identity.application.ports import (
    Attempt,
    Client,
    Code,
    Fingerprints,
    Hasher,
    Logins,
    NewCode,
    NewLogin,
    NewSecret,
    Verdict,
)
from services.identity.application.remembering import Known, Remembering
from services.identity.application.rules import Rules
from services.identity.application.typed import normal
from services.identity.domain.errors import (
    CredentialIsDisabled,
    CredentialIsLocked,
    CredentialsWrong,
    LoginMethodEnded,
    LoginThrottled,
)
from services.identity.domain.events import MailCodeIssued, SecondFactor

Beat = Callable[[], Awaitable[object]]
"""Waits for the next beat of a slow clock, so that the time of a refusal tells nothing of its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A first step that was right; nothing is kept of it yet."""

    known: Known
    keys: tuple[bytes, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """Checks passwords, and has logins wait for their second step."""

    store: EventStore
    people: Remembering
    logins: Logins
    passwords: Passwords
    hasher: Hasher
    fingerprints: Fingerprints
    locking: Locking
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
        if judged.verdict is Verdict.LOCKED and await self.locking.forgiven(
            fresh.user_id, judged.at or fresh.started_at
        ):
            judged = await self.logins.begin(fresh, keys)
        if judged.verdict is Verdict.LOCKED:
            await self.locking.lock(fresh.user_id, fresh.tenant_id, judged.at or fresh.started_at, by)
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
            await self.store.append(fresh.login_id, 0, [issued], keyless(fresh.user_id, fresh.tenant_id, by))
        return Pending(
            login=fresh.token,
            method=fresh.method,
            expires_at=fresh.expires_at,
            tries_left=self.rules.login_tries,
        )
