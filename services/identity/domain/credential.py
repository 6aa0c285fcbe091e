"""A person's way in: from the first link to a usable login, and back after a lost password. Next stop: steps.py."""

from collections.abc import Sequence
from typing import assert_never

from kernel.domain.decider import Decider
from services.identity.domain.administration import assign, disable, enable, resend, reset_factor, unlock
from services.identity.domain.commands import (
    AddPasskey,
    AssignFactor,
    ChangePassword,
    ChooseFactor,
    ConfirmIdentity,
    CredentialCommand,
    DisableCredential,
    EnableCredential,
    EndOtherSessions,
    EnrolTotp,
    IssueLink,
    IssueRecoveryCodes,
    LockCredential,
    OpenCredential,
    RemovePasskey,
    ReplaceAuthenticator,
    ResendLink,
    ResetFactor,
    SetPassword,
    UnlockCredential,
)
from services.identity.domain.errors import ActivationRevoked, ActivationUnknown, StepOrder
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
    SecondFactorChosen,
    TotpEnrolled,
    UnlockCause,
)
from services.identity.domain.owner import change_password, end_others, issue_codes, replace_authenticator
from services.identity.domain.passkeys import add_passkey, remove_passkey
from services.identity.domain.state import Credential, evolve
from services.identity.domain.steps import Link, Step, alive, require


def decide(state: Credential, command: CredentialCommand) -> Sequence[CredentialEvent]:  # noqa: PLR0911 - one return a kind
    """Return the facts *command* leads to; none when it would change nothing."""
    match command:
        case OpenCredential():
            return _open(state, command)
        case IssueLink() | ConfirmIdentity() | SetPassword() | ChooseFactor() | EnrolTotp():
            return _on_the_way(state, command)
        case LockCredential():
            return _lock(state, command)
        case DisableCredential() | EnableCredential() | AssignFactor() | ResetFactor() | ResendLink():
            return _administered(state, command)
        case UnlockCredential():
            return unlock(state, command)
        case ChangePassword() | ReplaceAuthenticator() | IssueRecoveryCodes() | EndOtherSessions():
            return _owned(state, command)
        case AddPasskey():
            return add_passkey(state, command)
        case RemovePasskey():
            return remove_passkey(state, command)
        case _:
            assert_never(command)


def _owned(
    state: Credential, command: ChangePassword | ReplaceAuthenticator | IssueRecoveryCodes | EndOtherSessions
) -> Sequence[CredentialEvent]:
    match command:
        case ChangePassword():
            return change_password(state, command)
        case ReplaceAuthenticator():
            return replace_authenticator(state, command)
        case IssueRecoveryCodes():
            return issue_codes(state, command)
        case EndOtherSessions():
            return end_others(state, command)
        case _:
            assert_never(command)


def _on_the_way(
    state: Credential, command: IssueLink | ConfirmIdentity | SetPassword | ChooseFactor | EnrolTotp
) -> Sequence[CredentialEvent]:
    if state.disabled:
        raise ActivationRevoked
    match command:
        case IssueLink():
            return _issue(state, command)
        case ConfirmIdentity():
            return _confirm(state, command)
        case SetPassword():
            return _set_password(state, command)
        case ChooseFactor():
            return _choose(state, command)
        case EnrolTotp():
            return _enrol(state, command)
        case _:
            assert_never(command)


def _administered(
    state: Credential, command: DisableCredential | EnableCredential | AssignFactor | ResetFactor | ResendLink
) -> Sequence[CredentialEvent]:
    match command:
        case DisableCredential():
            return disable(state, command)
        case EnableCredential():
            return enable(state, command)
        case AssignFactor():
            return assign(state, command)
        case ResetFactor():
            return reset_factor(state, command)
        case ResendLink():
            return resend(state, command)
        case _:
            assert_never(command)


def _open(state: Credential, asked: OpenCredential) -> Sequence[CredentialEvent]:
    if state.second_factor is not None:
        return []
    opened = CredentialOpened(user_id=asked.user_id, second_factor=asked.second_factor, at=asked.at)
    if asked.activation_id is None:
        return [opened]
    issued = ActivationIssued(
        user_id=asked.user_id,
        activation_id=asked.activation_id,
        purpose=Purpose.ACTIVATION,
        expires_at=asked.expires_at,
        at=asked.at,
    )
    return [opened, issued]


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


def _confirm(state: Credential, asked: ConfirmIdentity) -> Sequence[CredentialEvent]:
    link = require(state.link, state.used, asked.activation_id, Step.CONFIRM, asked.at)
    confirmed = IdentityConfirmed(user_id=asked.user_id, activation_id=asked.activation_id, at=asked.at)
    return [confirmed, *_activated(state, link, Step.CONFIRM, asked)]


def _set_password(state: Credential, asked: SetPassword) -> Sequence[CredentialEvent]:
    link = require(state.link, state.used, asked.activation_id, Step.PASSWORD, asked.at)
    facts: list[CredentialEvent] = [
        PasswordSet(
            user_id=asked.user_id, activation_id=asked.activation_id, password_id=asked.password_id, at=asked.at
        ),
        *_activated(state, link, Step.PASSWORD, asked),
    ]
    if state.locked:
        facts.append(CredentialUnlocked(user_id=asked.user_id, cause=UnlockCause.PASSWORD_RESET, at=asked.at))
    return facts


def _choose(state: Credential, asked: ChooseFactor) -> Sequence[CredentialEvent]:
    found = alive(state.link, state.used, asked.activation_id, asked.at)
    if not found.chooses:
        raise StepOrder
    if asked.second_factor is state.second_factor:
        return []
    chosen = SecondFactorChosen(
        user_id=asked.user_id, activation_id=asked.activation_id, second_factor=asked.second_factor, at=asked.at
    )
    done = found.chosen(asked.second_factor).step is Step.DONE
    return [chosen, CredentialActivated(user_id=asked.user_id, at=asked.at)] if done else [chosen]


def _enrol(state: Credential, asked: EnrolTotp) -> Sequence[CredentialEvent]:
    link = require(state.link, state.used, asked.activation_id, Step.TOTP, asked.at)
    enrolled = TotpEnrolled(
        user_id=asked.user_id, activation_id=asked.activation_id, enrolment_id=asked.enrolment_id, at=asked.at
    )
    return [enrolled, *_activated(state, link, Step.TOTP, asked)]


def _activated(
    state: Credential, link: Link, step: Step, asked: ConfirmIdentity | SetPassword | EnrolTotp
) -> Sequence[CredentialEvent]:
    """Return the fact that follows from the last step of the way."""
    if state.active or link.after(step).step is not Step.DONE:
        return []
    return [CredentialActivated(user_id=asked.user_id, at=asked.at)]


def _lock(state: Credential, asked: LockCredential) -> Sequence[CredentialEvent]:
    # Wrong codes from before the last password, or the last unlocking, were forgiven with it.
    forgiven = state.forgiven_at is not None and state.forgiven_at >= asked.at
    if not state.active or state.locked or forgiven:
        return []
    return [CredentialLocked(user_id=asked.user_id, reason=LockReason.CODE_TRIES, at=asked.at)]


credential = Decider(initial=Credential(), decide=decide, evolve=evolve)
