"""Browsers that passed both steps skip the second one for some days, where the tenant wants it. Next: trusted_ports.py.

See: docs/decisions/0020-a-trusted-browser-is-worth-one-step.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from services.identity.application.first_step import FirstStep, Proved
from services.identity.application.login import Passed, Pending
from services.identity.application.opening import Opening
from services.identity.application.ports import Client, NewSecret
from services.identity.application.rules import Rules
from services.identity.application.standing import of_tenant
from services.identity.application.tenants import Tenants
from services.identity.application.trusted_ports import Skip, TrustedBrowser, TrustedBrowsers
from services.identity.domain.errors import BrowserUnknown
from services.identity.domain.events import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusting:
    """Lets browsers skip the second step, and has them trusted and forgotten."""

    first_step: FirstStep
    opening: Opening
    store: EventStore
    browsers: TrustedBrowsers
    tenants: Tenants
    rules: Rules
    now: Clock
    new_id: NewId
    new_secret: NewSecret

    async def begin(self, email: str, password: str, browser: str, client: Client, by: Context) -> Pending | Passed:
        """Check the password; a browser that is trusted for this person is in with it, any other is asked for a code.

        Raises: as FirstStep.begin().
        """
        proved = await self.first_step.prove(email, password, client)
        return await self._skipped(proved, browser, client, by) or await self.first_step.open(proved, client, by)

    async def trust(self, passed: Passed) -> str | None:
        """Trust the browser of a login and return its token, None where the tenant does not want that."""
        if not await self.may_trust(passed.user_id, passed.tenant_id):
            return None
        token = self.new_secret()
        # From the moment of the login on: whatever has ended trust since then ends this too.
        until = self.now() + self.rules.trust_life
        await self.browsers.keep(passed.session_id, passed.tenant_id, token, passed.started_at, until)
        return token

    async def may_trust(self, user_id: UUID, tenant_id: UUID) -> bool:
        """Tell whether a person's browsers may be trusted, by what was decided for them, else for everybody."""
        return await self.browsers.allowed(user_id, tenant_id)

    async def trusted(self, user_id: UUID, tenant_id: UUID) -> Sequence[TrustedBrowser]:
        """Return a person's trusted browsers, the one used last first. Raises: CredentialUnknown."""
        state = await of_tenant(self.store, user_id, tenant_id)
        if not await self.may_trust(user_id, tenant_id):
            return []
        return await self.browsers.latest(user_id, state.distrusted_at, self.now())

    async def forget(self, user_id: UUID, browser_id: UUID | None, by: Context) -> None:
        """Trust one of a person's browsers no more, or none of them. Raises: CredentialUnknown; BrowserUnknown."""
        await of_tenant(self.store, user_id, by.tenant_id)
        if not await self.browsers.forget(user_id, browser_id) and browser_id is not None:
            raise BrowserUnknown

    async def _skipped(self, proved: Proved, browser: str, client: Client, by: Context) -> Passed | None:
        known, at = proved.known, proved.at
        skip = Skip(
            browser=browser,
            keys=proved.keys,
            known=known,
            login_id=self.new_id(),
            login=self.new_secret(),
            session_id=self.new_id(),
            client=client,
            at=at,
            until=at + self.rules.trust_life,
            expires_at=at + self.rules.login_life,
        )
        if not await self.browsers.skip(skip):
            return None
        # Asked for again under the same key, it is another login, as a first step always is.
        unnamed = _unnamed(by)
        passed = await self.opening.start(known, skip.session_id, Proof.TRUSTED_BROWSER, at, unnamed)
        await self.opening.see_not_late(skip.login, passed, unnamed)
        return passed


def _unnamed(by: Context) -> Context:
    return replace(by, command_id=None, content=None)
