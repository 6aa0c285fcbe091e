"""The second step of a login, or of a proof in a session, by a passkey. Next stop: passkey_signing.py."""

from dataclasses import dataclass
from uuid import UUID

from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from services.identity.application.login import Passed
from services.identity.application.passkey_ports import Said
from services.identity.application.passkey_signing import PasskeySigning
from services.identity.application.ports import Try
from services.identity.application.rules import Rules
from services.identity.application.second_step import SecondStep
from services.identity.application.standing import of_tenant
from services.identity.application.step_up import StepUp, StepUpView
from services.identity.application.step_up_ports import OwnTry
from services.identity.domain.errors import (
    CodeWrong,
    LoginCodeWrong,
    LoginPasskeyWrong,
    PasskeyWrong,
)
from services.identity.domain.events import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyLogin:
    """Takes a passkey where a code would be taken; a wrong one counts like a wrong code."""

    store: EventStore
    second_step: SecondStep
    step_up: StepUp
    signing: PasskeySigning
    rules: Rules
    now: Clock
    new_id: NewId

    async def ask(self, token: str) -> Said:
        """Return what the browser needs for a login. Raises: LoginExpired; PasskeyUnknown; CredentialIsLocked."""
        kept = await self.second_step.kept(token)
        state = await self.second_step.locking.see_good(kept)
        return await self.signing.ask(kept.login_id, kept.user_id, state, kept.expires_at)

    async def finish(self, token: str, said: Said, by: Context) -> Passed:
        """Take the passkey's answer. Raises: LoginPasskeyWrong; LoginExpired; CredentialIsLocked."""
        if before := await self.second_step.before(token, Proof.PASSKEY, by):
            return before
        kept, at = await self.second_step.kept(token), self.now()
        state = await self.second_step.locking.see_good(kept)
        tried = Try(
            login=kept,
            right=await self.signing.is_right(kept.login_id, kept.user_id, state, said, at),
            step=None,
            recovery=None,
            session_id=self.new_id(),
            attempt_id=self.new_id(),
            command_id=by.command_id,
            at=at,
        )
        try:
            return await self.second_step.judged(tried, token, Proof.PASSKEY, by)
        except LoginCodeWrong as wrong:
            raise LoginPasskeyWrong(**wrong.extra) from wrong

    async def offers(self, user_id: UUID, tenant_id: UUID) -> bool:
        """Tell whether a person has a passkey that counts."""
        if not await self.signing.passkeys.any_of(user_id):
            return False
        return bool((await of_tenant(self.store, user_id, tenant_id)).passkeys)

    async def ask_again(self, user_id: UUID, session_id: UUID, by: Context) -> Said:
        """Return what the browser needs for a proof. Raises: CredentialUnknown; StepUpNeeded; PasskeyUnknown."""
        state = await of_tenant(self.store, user_id, by.tenant_id)
        kept = await self.step_up.kept(user_id, session_id, state)
        return await self.signing.ask(kept.step_up_id, user_id, state, kept.expires_at)

    async def prove(self, user_id: UUID, session_id: UUID, said: Said, by: Context) -> StepUpView:
        """Take the passkey's answer for a proof.

        Raises: CredentialUnknown; StepUpNeeded; PasskeyWrong; CredentialIsLocked.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        kept, at = await self.step_up.kept(user_id, session_id, state), self.now()
        if kept.proven_at is not None:
            return self.step_up.view(state, kept)
        right = await self.signing.is_right(kept.step_up_id, user_id, state, said, at)
        tried = OwnTry(step_up=kept, right=right, at=at, until=at + self.rules.step_up_life)
        try:
            return self.step_up.view(state, await self.step_up.try_own(tried, by))
        except CodeWrong as wrong:
            raise PasskeyWrong(**wrong.extra) from wrong
