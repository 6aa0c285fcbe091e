"""The steps that a mailed link leads through, in their order, and what stops it. Next stop: errors.py."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.identity.domain.errors import (
    ActivationExpired,
    ActivationReplaced,
    ActivationUsed,
    IdentityNotConfirmed,
    StepOrder,
)
from services.identity.domain.events import Purpose, SecondFactor


class Step(StrEnum):
    """A step of the way from the link to a usable login."""

    CONFIRM = "CONFIRM"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a step
    FACTOR = "FACTOR"
    TOTP = "TOTP"
    DONE = "DONE"


def steps_of(purpose: Purpose, second_factor: SecondFactor | None) -> tuple[Step, ...]:
    """Return the steps of a link; who resets a password confirmed who they are to get the link."""
    if purpose is Purpose.PASSWORD_RESET:
        return (Step.PASSWORD,)
    if purpose is Purpose.FACTOR_RESET:
        # See: OWASP ASVS 5.0, 6.4.4. Codes by mail need no setup but the proof who it is.
        return (Step.CONFIRM, Step.TOTP) if second_factor is SecondFactor.TOTP else (Step.CONFIRM,)
    if second_factor is SecondFactor.UNSET:
        # What follows the choice depends on it.
        return (Step.CONFIRM, Step.PASSWORD, Step.FACTOR)
    if second_factor is SecondFactor.TOTP:
        return (Step.CONFIRM, Step.PASSWORD, Step.TOTP)
    return (Step.CONFIRM, Step.PASSWORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A mailed link and how far its holder has come."""

    activation_id: UUID
    purpose: Purpose
    steps: tuple[Step, ...]
    expires_at: datetime
    step: Step
    """The step to do now."""

    @classmethod
    def fresh(
        cls, activation_id: UUID, purpose: Purpose, second_factor: SecondFactor | None, expires_at: datetime
    ) -> "Link":
        """Return a link nobody has used yet."""
        steps = steps_of(purpose, second_factor)
        return cls(activation_id=activation_id, purpose=purpose, steps=steps, expires_at=expires_at, step=steps[0])

    def after(self, step: Step) -> "Link":
        """Return the link when *step* is done."""
        following = self.steps.index(step) + 1 if step in self.steps else len(self.steps)
        return replace(self, step=self.steps[following] if following < len(self.steps) else Step.DONE)

    def chosen(self, second_factor: SecondFactor) -> "Link":
        """Return the link when its holder has chosen; an authenticator is set up next, codes by mail need nothing."""
        until = self.steps[: self.steps.index(Step.FACTOR) + 1] if Step.FACTOR in self.steps else self.steps
        steps = (*until, Step.TOTP) if second_factor is SecondFactor.TOTP else until
        return replace(self, steps=steps).after(Step.FACTOR)

    @property
    def chooses(self) -> bool:
        """Tell whether the choice is to be made now, or can still be made otherwise."""
        return self.step is Step.FACTOR or (self.step is Step.TOTP and Step.FACTOR in self.steps)


def alive(link: Link | None, used: AbstractSet[UUID], activation_id: UUID, now: datetime) -> Link:
    """Return the link of this id. Raises: ActivationUsed, ActivationReplaced, ActivationExpired."""
    if activation_id in used:
        raise ActivationUsed
    if link is None or link.activation_id != activation_id:
        raise ActivationReplaced
    if now >= link.expires_at:
        raise ActivationExpired
    return link


def require(link: Link | None, used: AbstractSet[UUID], activation_id: UUID, step: Step, now: datetime) -> Link:
    """Return the link when *step* is to be done now.

    Raises: IdentityNotConfirmed, StepOrder, ActivationUsed, ActivationReplaced, ActivationExpired.
    """
    found = alive(link, used, activation_id, now)
    if step is Step.PASSWORD and found.step is Step.CONFIRM:
        raise IdentityNotConfirmed
    if found.step is not step:
        raise StepOrder
    return found
