"""What portal administrators may do with the ways in of their people. Next stop: domain/administration.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.identity.application.issuing import Issuing
from services.identity.application.password_ports import Passwords
from services.identity.application.records import People
from services.identity.application.rules import Rules
from services.identity.application.standing import Revoking, of_tenant
from services.identity.domain.commands import ResendLink, ResetFactor, UnlockCredential
from services.identity.domain.credential import credential
from services.identity.domain.events import EndReason, Purpose, SecondFactor
from services.identity.domain.state import Credential
from services.identity.domain.steps import Link, Step


class Condition(StrEnum):
    """How a credential stands."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    PENDING_SECOND_FACTOR = "PENDING_SECOND_FACTOR"
    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
    DISABLED = "DISABLED"


class LinkCondition(StrEnum):
    """How the link that was mailed last stands."""

    OPEN = "OPEN"
    USED = "USED"
    EXPIRED = "EXPIRED"
    FROZEN = "FROZEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """The link that was mailed last."""

    state: LinkCondition
    purpose: Purpose
    step: Step
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialView:
    """What an administrator may know of a person's way in."""

    state: Condition
    second_factor: SecondFactor | None
    activation: LinkView | None
    locked_at: datetime | None
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Unlocks, resends, resets and looks; only within the tenant of who asks."""

    store: EventStore
    people: People
    passwords: Passwords
    issuing: Issuing
    revoking: Revoking
    rules: Rules
    now: Clock

    async def look(self, user_id: UUID, tenant_id: UUID) -> CredentialView:
        """Return how a person's way in stands. Raises: CredentialUnknown."""
        state = await of_tenant(self.store, user_id, tenant_id)
        return CredentialView(
            state=_condition(state),
            second_factor=state.second_factor,
            activation=await self._link(state, state.link) if state.link else None,
            locked_at=state.locked_at,
            last_login_at=await self.people.last_login(user_id),
        )

    async def unlock(self, user_id: UUID, by: Context) -> Appended:
        """Forgive wrong codes and passwords. Raises: CredentialUnknown; CredentialIsDisabled."""
        await of_tenant(self.store, user_id, by.tenant_id)
        asked = UnlockCredential(user_id=user_id, at=self.now())
        done = await execute(self.store, credential, user_id, asked, by)
        state = await of_tenant(self.store, user_id, by.tenant_id)
        if not state.locked:
            # Sent again, it forgives only what it forgave before.
            at = asked.at if done.position is None else state.forgiven_at
            await self.passwords.forgive(user_id, at or asked.at)
        return done

    async def resend(self, user_id: UUID, by: Context) -> Appended:
        """Mail the link again for what is left to set up. Raises: CredentialUnknown; NothingToSetUp; LinksThrottled."""
        await self._see_may_be_mailed(user_id, by)
        link = self.issuing.link(user_id)
        asked = ResendLink(user_id=user_id, activation_id=link.activation_id, expires_at=link.expires_at, at=link.at)
        return await self.issuing.carry_out(asked, link, by)

    async def reset_factor(self, user_id: UUID, by: Context) -> Appended:
        """Kill the second factor, end all sessions and mail a link to set it up again.

        Raises: CredentialUnknown; NotActivated; CredentialIsDisabled; LinksThrottled.
        """
        await self._see_may_be_mailed(user_id, by)
        link = self.issuing.link(user_id)
        asked = ResetFactor(user_id=user_id, activation_id=link.activation_id, expires_at=link.expires_at, at=link.at)
        done = await self.issuing.carry_out(asked, link, by)
        await self.revoking.revoke(user_id, EndReason.ADMINISTRATOR, by)
        return done

    async def _see_may_be_mailed(self, user_id: UUID, by: Context) -> None:
        await of_tenant(self.store, user_id, by.tenant_id)
        if by.command_id is None or not await self.store.answered(by.command_id, by.content):
            await self.issuing.see_few(user_id)

    async def _link(self, state: Credential, link: Link) -> LinkView:
        confirmations, codes = await self.people.tries(link.activation_id)
        frozen = confirmations >= self.rules.confirm_tries and link.step is Step.CONFIRM
        if link.activation_id in state.used:
            condition = LinkCondition.USED
        elif self.now() >= link.expires_at:
            condition = LinkCondition.EXPIRED
        elif frozen or codes >= self.rules.first_code_tries:
            condition = LinkCondition.FROZEN
        else:
            condition = LinkCondition.OPEN
        return LinkView(state=condition, purpose=link.purpose, step=link.step, expires_at=link.expires_at)


def _condition(state: Credential) -> Condition:
    if state.disabled:
        return Condition.DISABLED
    if state.locked:
        return Condition.LOCKED
    if state.active:
        return Condition.ACTIVE
    return Condition.PENDING_SECOND_FACTOR if state.was_active else Condition.PENDING_ACTIVATION
