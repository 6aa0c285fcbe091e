"""What the facts of one person's credential add up to. Next stop: steps.py."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.identity.domain.events import (
    ActivationIssued,
    CredentialActivated,
    CredentialDisabled,
    CredentialEnabled,
    CredentialEvent,
    CredentialLocked,
    CredentialOpened,
    CredentialUnlocked,
    IdentityConfirmed,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    PasswordSet,
    RecoveryCodesIssued,
    SecondFactor,
    SecondFactorChanged,
    SecondFactorChosen,
    SecondFactorReset,
    SessionsEnded,
    TotpEnrolled,
)
from services.identity.domain.steps import Link, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Where one credential stands."""

    second_factor: SecondFactor | None = None
    """None while there is no credential."""
    chooses: bool = False
    """Whether the person, and nobody else, says what the second factor is, until everything is set up."""
    active: bool = False
    """Whether everything is set up that a login needs."""
    was_active: bool = False
    """Whether everything ever was, so that there is a password."""
    locked_at: datetime | None = None
    disabled: bool = False
    link: Link | None = None
    """The latest link, the only one that may be alive."""
    used: AbstractSet[UUID] = frozenset()
    """Links that did what they were for."""
    password_id: UUID | None = None
    password_set_at: datetime | None = None
    """Logins that began before this moment are over."""
    forgiven_at: datetime | None = None
    """Wrong codes from before this moment are not held against anybody."""
    enrolment_id: UUID | None = None
    factor_gone_at: datetime | None = None
    """Seeds and recovery codes from before this moment are dead."""
    passkeys: AbstractSet[UUID] = frozenset()
    """Those that may give the second proof beside what else does."""
    codes_id: UUID | None = None
    """The recovery codes that count."""
    codes_at: datetime | None = None
    sessions_over_at: datetime | None = None
    """Sessions that started before this moment are over, but for the kept one."""
    kept_session_id: UUID | None = None
    distrusted_at: datetime | None = None
    """Browsers that were trusted before this moment are trusted no more."""

    @property
    def locked(self) -> bool:
        """Tell whether too many codes were wrong."""
        return self.locked_at is not None

    def ended(self, session_id: UUID, started_at: datetime) -> bool:
        """Tell whether the session of then is over, for all that this credential knows."""
        if self.disabled or self.locked:
            return True
        over = self.sessions_over_at
        return over is not None and started_at < over and session_id != self.kept_session_id


def evolve(state: Credential, event: CredentialEvent) -> Credential:  # noqa: C901, PLR0911, PLR0912 - one return a fact
    """Return the state after *event*; never refuses, for it has already happened."""
    match event:
        case CredentialOpened():
            unset = event.second_factor is SecondFactor.UNSET
            return replace(state, second_factor=event.second_factor, chooses=unset)
        case ActivationIssued():
            factor = SecondFactor.UNSET if state.chooses else state.second_factor
            link = Link.fresh(event.activation_id, event.purpose, factor, event.expires_at)
            return replace(state, link=link)
        case IdentityConfirmed():
            return _advanced(state, event.activation_id, Step.CONFIRM)
        case PasswordSet():
            known = replace(_with_password(state, event), sessions_over_at=event.at, kept_session_id=None)
            return _advanced(known, event.activation_id, Step.PASSWORD)
        case PasswordChanged():
            return _with_password(state, event)
        case SecondFactorChosen():
            return _chosen(state, event)
        case TotpEnrolled():
            known = replace(state, enrolment_id=event.enrolment_id, distrusted_at=event.at)
            return _advanced(known, event.activation_id, Step.TOTP)
        case CredentialActivated():
            return replace(state, active=True, was_active=True, chooses=False)
        case CredentialLocked():
            return replace(state, locked_at=event.at, distrusted_at=event.at)
        case CredentialUnlocked():
            return replace(state, locked_at=None, forgiven_at=event.at)
        case CredentialDisabled():
            # No link that was mailed before works again, even if the person may come back.
            return replace(state, disabled=True, link=None, distrusted_at=event.at)
        case CredentialEnabled():
            return replace(state, disabled=False)
        case SecondFactorChanged():
            changed = replace(state, second_factor=event.second_factor, chooses=False)
            return _without_factor(changed, event.at, active=state.active and not event.setup)
        case SecondFactorReset():
            return replace(_without_factor(state, event.at, active=False), passkeys=frozenset())
        case PasskeyAdded():
            return replace(state, passkeys=state.passkeys | {event.passkey_id})
        case PasskeyRemoved():
            return replace(state, passkeys=state.passkeys - {event.passkey_id}, distrusted_at=event.at)
        case RecoveryCodesIssued():
            return replace(state, codes_id=event.codes_id, codes_at=event.at)
        case SessionsEnded():
            over = replace(state, sessions_over_at=event.at, distrusted_at=event.at)
            return replace(over, kept_session_id=event.kept_session_id)
        case _:
            assert_never(event)


def _with_password(state: Credential, event: PasswordSet | PasswordChanged) -> Credential:
    at = event.at
    return replace(state, password_id=event.password_id, password_set_at=at, forgiven_at=at, distrusted_at=at)


def _without_factor(state: Credential, at: datetime, *, active: bool) -> Credential:
    gone = replace(state, enrolment_id=None, codes_id=None, codes_at=None)
    return replace(gone, active=active, factor_gone_at=at, distrusted_at=at)


def _chosen(state: Credential, event: SecondFactorChosen) -> Credential:
    known = replace(state, second_factor=event.second_factor)
    if state.link is None or state.link.activation_id != event.activation_id:
        return known
    return _at(known, state.link.chosen(event.second_factor))


def _advanced(state: Credential, activation_id: UUID, step: Step) -> Credential:
    if state.link is None or state.link.activation_id != activation_id:
        return state
    return _at(state, state.link.after(step))


def _at(state: Credential, link: Link) -> Credential:
    used = state.used | {link.activation_id} if link.step is Step.DONE else state.used
    return replace(state, link=link, used=used)
