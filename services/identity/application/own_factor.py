"""People take another authenticator app into use by themselves. Next stop: domain/owner.py."""

from dataclasses import dataclass
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.identity.application.activation import Setup
from services.identity.application.ports import Seeds
from services.identity.application.rules import Rules
from services.identity.application.standing import Revoking, of_tenant
from services.identity.application.step_up import StepUp
from services.identity.application.step_up_ports import StepUps
from services.identity.application.typed import digits
from services.identity.domain.commands import KeptSession, ReplaceAuthenticator
from services.identity.domain.credential import credential
from services.identity.domain.errors import CodeWrong, StepUpNeeded
from services.identity.domain.events import EndReason
from services.identity.domain.session import session


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFactor:
    """Sets an authenticator up for who has just shown again that it is them. See: docs/decisions/0021."""

    store: EventStore
    step_up: StepUp
    step_ups: StepUps
    revoking: Revoking
    seeds: Seeds
    rules: Rules
    now: Clock
    new_id: NewId

    async def setup(self, user_id: UUID, session_id: UUID, email: str, language: str, by: Context) -> Setup:
        """Return what the new app needs, the same until a code confirms it. Raises: CredentialUnknown; StepUpNeeded."""
        state = await of_tenant(self.store, user_id, by.tenant_id)
        kept = await self.step_up.proven(user_id, session_id, state)
        seed = await self.step_ups.seed(kept, self.new_id(), self.seeds.fresh(), self.now())
        return Setup(otpauth_uri=self.seeds.uri(seed, email, language), secret=seed)

    async def confirm(self, user_id: UUID, session_id: UUID, code: str, by: Context, *, end_others: bool) -> Appended:
        """Take the app into use by its first code; the second factor of before is dead.

        Raises: CredentialUnknown; StepUpNeeded; CodeWrong.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        kept, at = await self.step_up.proven(user_id, session_id, state), self.now()
        pending = await self.step_ups.pending_seed(kept)
        if pending is None:
            raise StepUpNeeded
        enrolment_id, seed = pending
        step = self.seeds.step(seed, digits(code), at)
        left = await self.step_ups.first_code(kept, step, at, self.rules.first_code_tries)
        if left is not None:
            raise CodeWrong(tries_left=left)
        asked = ReplaceAuthenticator(
            user_id=user_id,
            step_up_id=kept.step_up_id,
            enrolment_id=enrolment_id,
            kept_session=await self._kept(session_id) if end_others else None,
            at=at,
        )
        done = await execute(self.store, credential, user_id, asked, by)
        await self.revoking.revoke(user_id, EndReason.ELSEWHERE, by)
        return done

    async def _kept(self, session_id: UUID) -> KeptSession:
        state = session.fold(fact.event for fact in await self.store.load(session_id))
        return KeptSession(session_id=session_id, started_at=state.started_at or self.now())
