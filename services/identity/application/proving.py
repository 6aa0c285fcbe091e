"""Has people who are logged in prove once more that it is them; what is wrong counts as at the login. Next: ports.py.

See: OWASP ASVS 5.0, 7.5.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from services.identity.application.ports import Fingerprints, Hasher, Logins, Seeds, Verdict
from services.identity.application.records import Authenticators, People
from services.identity.application.typed import digits, normal
from services.identity.domain.commands import LockCredential
from services.identity.domain.credential import credential
from services.identity.domain.errors import (
    CodesSpent,
    CodeWrong,
    CredentialIsLocked,
    CredentialUnknown,
    CurrentPasswordWrong,
    LoginThrottled,
    NoAuthenticator,
)
from services.identity.domain.state import Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """Checks passwords and codes of who has a session."""

    store: EventStore
    people: People
    logins: Logins
    authenticators: Authenticators
    hasher: Hasher
    fingerprints: Fingerprints
    seeds: Seeds
    now: Clock

    async def password(self, user_id: UUID, state: Credential, typed: str) -> UUID:
        """Return the id of the password that was proved. Raises: CurrentPasswordWrong; LoginThrottled; Busy."""
        at = self.now()
        email = await self.people.email_key(user_id)
        if email is None or state.password_id is None:
            raise CredentialUnknown
        # A session that was stolen must not be a way to guess without end. See: Rules.password_free.
        keys = (self.fingerprints.own(user_id), email)
        look = await self.logins.look(email, keys, at)
        if look.closed_until is not None:
            raise LoginThrottled.until(look.closed_until, at)
        if not await self.hasher.verify(look.hashes.get(state.password_id), normal(typed)):
            closed = await self.logins.refuse(email, keys, at)
            raise LoginThrottled.until(closed, at) if closed else CurrentPasswordWrong
        return state.password_id

    async def code(self, user_id: UUID, state: Credential, typed: str, by: Context) -> None:
        """See that this is the app's code of now.

        Raises: NoAuthenticator; CodeWrong; CredentialIsLocked; CodesSpent.
        """
        at = self.now()
        seed = await self.authenticators.seed(state.enrolment_id) if state.enrolment_id else None
        if seed is None:
            raise NoAuthenticator
        judged = await self.authenticators.judge(user_id, self.seeds.step(seed, digits(typed), at), at)
        if judged.verdict is Verdict.WRONG:
            raise CodeWrong
        if judged.verdict is Verdict.SPENT:
            raise CodesSpent.until(judged.at or at, at)
        if judged.verdict is not Verdict.PASSED:
            asked = LockCredential(user_id=user_id, at=judged.at or at)
            await execute(self.store, credential, user_id, asked, replace(by, command_id=None, content=None))
            raise CredentialIsLocked
