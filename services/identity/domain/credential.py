"""A person's way in: from the first link to a usable login, and back after a lost password. Next stop: steps.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.identity.domain.commands import (
    ConfirmIdentity,
    CredentialCommand,
    EnrolTotp,
    IssueLink,
    LockCredential,
    OpenCredential,
    SetPassword,
)
from services.identity.domain.errors import ActivationUnknown
from services.identity.domain.events import (
    ActivationIssued,
    CredentialActivated,
    CredentialEvent,
    CredentialLocked,
    CredentialOpened,
    CredentialUnlocked,
    IdentityConfirmed,
    LockReason,
    PasswordSet,
    Purpose,
    SecondFactor,
    TotpEnrolled,
    UnlockCause,
)
from services.identity.domain.steps import Link, Step, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What the facts of one person's credential add up to."""

    second_factor: SecondFactor | None = None
    """None while there is no credential."""
    active: bool = False
    locked: bool = False
    link: Link | None = None
    """The latest link, the only one that may be alive."""
    used: frozenset[UUID] = frozenset()
    """Links that did what they were for."""
    password_id: UUID | None = None
    password_set_at: datetime | None = None
    enrolment_id: UUID | None = None


def evolve(state: Credential, event: CredentialEvent) -> Credential:  # noqa: PLR0911 - one return a fact
    """Return the state after *event*; never refuses, for it has already happened."""
    match event:
        case CredentialOpened():
            return replace(state, second_factor=event.second_factor)
        case ActivationIssued():
            return replace(state, link=_link(state, event))
        case IdentityConfirmed():
            return _advanced(state, event.activation_id, Step.CONFIRM)
        case PasswordSet():
            known = replace(state, password_id=event.password_id, password_set_at=event.at)
            return _advanced(known, event.activation_id, Step.PASSWORD)
        case TotpEnrolled():
            known = replace(state, enrolment_id=event.enrolment_id)
            return _advanced(known, event.activation_id, Step.TOTP)
        case CredentialActivated():
            return replace(state, active=True)
        case CredentialLocked():
            return replace(state, locked=True)
        case CredentialUnlocked():
            return replace(state, locked=False)
        case _:
            assert_never(event)


def _link(state: Credential, event: ActivationIssued) -> Link:
    return Link.fresh(event.activation_id, event.purpose, state.second_factor, event.expires_at)


def _advanced(state: Credential, activation_id: UUID, step: Step) -> Credential:
    if state.link is None or state.link.activation_id != activation_id:
        return state
    link = state.link.after(step)
    used = state.used | {activation_id} if link.step is Step.DONE else state.used
    return replace(state, link=link, used=used)


def decide(state: Credential, command: CredentialCommand) -> Sequence[CredentialEvent]:
    """Return the facts *command* leads to; none when it would change nothing."""
    match command:
        case OpenCredential():
            return _open(state, command)
        case IssueLink():
            return _issue(state, command)
        case ConfirmIdentity():
            require(state.link, state.used, command.activation_id, Step.CONFIRM, command.at)
            return [IdentityConfirmed(user_id=command.user_id, activation_id=command.activation_id, at=command.at)]
        case SetPassword():
            return _set_password(state, command)
        case EnrolTotp():
            return _enrol(state, command)
        case LockCredential():
            return _lock(state, command)
        case _:
            assert_never(command)


def _open(state: Credential, asked: OpenCredential) -> Sequence[CredentialEvent]:
    if state.second_factor is not None:
        return []
    return [
        CredentialOpened(user_id=asked.user_id, second_factor=asked.second_factor, at=asked.at),
        ActivationIssued(
            user_id=asked.user_id,
            activation_id=asked.activation_id,
            purpose=Purpose.ACTIVATION,
            expires_at=asked.expires_at,
            at=asked.at,
        ),
    ]


def _issue(state: Credential, asked: IssueLink) -> Sequence[CredentialEvent]:
    if state.second_factor is None:
        raise ActivationUnknown
    return [
        ActivationIssued(
            user_id=asked.user_id,
            activation_id=asked.activation_id,
            purpose=Purpose.PASSWORD_RESET if state.active else Purpose.ACTIVATION,
            expires_at=asked.expires_at,
            at=asked.at,
        )
    ]


def _set_password(state: Credential, asked: SetPassword) -> Sequence[CredentialEvent]:
    link = require(state.link, state.used, asked.activation_id, Step.PASSWORD, asked.at)
    facts: list[CredentialEvent] = [
        PasswordSet(
            user_id=asked.user_id, activation_id=asked.activation_id, password_id=asked.password_id, at=asked.at
        )
    ]
    if link.after(Step.PASSWORD).step is Step.DONE and not state.active:
        facts.append(CredentialActivated(user_id=asked.user_id, at=asked.at))
    if state.locked:
        facts.append(CredentialUnlocked(user_id=asked.user_id, cause=UnlockCause.PASSWORD_RESET, at=asked.at))
    return facts


def _enrol(state: Credential, asked: EnrolTotp) -> Sequence[CredentialEvent]:
    require(state.link, state.used, asked.activation_id, Step.TOTP, asked.at)
    return [
        TotpEnrolled(
            user_id=asked.user_id, activation_id=asked.activation_id, enrolment_id=asked.enrolment_id, at=asked.at
        ),
        CredentialActivated(user_id=asked.user_id, at=asked.at),
    ]


def _lock(state: Credential, asked: LockCredential) -> Sequence[CredentialEvent]:
    # Wrong codes from before the last password were forgiven with it.
    forgiven = state.password_set_at is not None and state.password_set_at >= asked.at
    if not state.active or state.locked or forgiven:
        return []
    return [CredentialLocked(user_id=asked.user_id, reason=LockReason.CODE_TRIES, at=asked.at)]


credential = Decider(initial=Credential(), decide=decide, evolve=evolve)
