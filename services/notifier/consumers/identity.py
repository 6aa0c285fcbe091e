"""What the notifier reads of identity: what must be mailed. Next stop: adapters/sender.py, which the queue wakes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.application.ports import NewId
from kernel.domain.reads import reads, wire_name
from services.notifier.application.ports import Intake, QueuedMail
from services.notifier.domain.events import Template

NOTICE_LIFE = timedelta(days=3)
"""How long a notice is worth sending."""


@reads("portal.credential.activation-issued.v1")
class ActivationIssued:
    """A one-time link was made for a person."""

    user_id: UUID
    activation_id: UUID
    purpose: Literal["ACTIVATION", "PASSWORD_RESET", "FACTOR_RESET"]
    expires_at: datetime


@reads("portal.challenge.mail-code-issued.v1")
class MailCodeIssued:
    """A one-time code was made for a login, or for a change that asks for one again."""

    user_id: UUID
    challenge_id: UUID
    purpose: Literal["LOGIN", "STEP_UP"] = "LOGIN"
    expires_at: datetime


@reads("portal.credential.password-set.v1")
class PasswordSet:
    """A person set a password by a link."""

    user_id: UUID
    activation_id: UUID
    at: datetime


@reads("portal.credential.password-changed.v1")
class PasswordChanged:
    """A person changed the password, knowing the one before."""

    user_id: UUID
    password_id: UUID
    at: datetime


@reads("portal.credential.totp-enrolled.v1")
class TotpEnrolled:
    """A person took an authenticator into use by a link."""

    user_id: UUID
    activation_id: UUID
    at: datetime


@reads("portal.credential.second-factor-changed.v1")
class SecondFactorChanged:
    """A person gives the second proof in another way; where it must be set up, a link is mailed that says so."""

    user_id: UUID
    setup: bool
    at: datetime


@reads("portal.credential.recovery-codes-issued.v1")
class RecoveryCodesIssued:
    """A person had recovery codes made."""

    user_id: UUID
    codes_id: UUID
    at: datetime


@reads("portal.credential.passkey-added.v1")
class PasskeyAdded:
    """A person may give the second proof by another passkey."""

    user_id: UUID
    passkey_id: UUID
    at: datetime


@reads("portal.credential.passkey-removed.v1")
class PasskeyRemoved:
    """A passkey counts no more."""

    user_id: UUID
    passkey_id: UUID
    at: datetime


Secret: TypeAlias = ActivationIssued | MailCodeIssued
Change: TypeAlias = (
    PasswordSet
    | PasswordChanged
    | TotpEnrolled
    | SecondFactorChanged
    | PasskeyAdded
    | PasskeyRemoved
    | RecoveryCodesIssued
)
FACTS: tuple[type[Any], ...] = (
    ActivationIssued,
    MailCodeIssued,
    PasswordSet,
    PasswordChanged,
    TotpEnrolled,
    SecondFactorChanged,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesIssued,
)


class Mails:
    """Queues one mail for each fact that calls for one, however often the fact comes."""

    types: Mapping[str, type[Any]] = {wire_name(fact): fact for fact in FACTS}

    def __init__(self, intake: Intake, new_id: NewId) -> None:
        self._intake = intake
        self._new_id = new_id

    async def __call__(self, fact: Secret | Change, about: Incoming, transaction: Any) -> None:
        """Queue the mail of a fact."""
        match fact:
            case ActivationIssued(activation_id=secret_id, purpose=purpose):
                mail = self._mail(about, fact.user_id, Template(purpose), secret_id, fact.expires_at)
            case MailCodeIssued(challenge_id=secret_id):
                kind = Template.STEP_UP_CODE if fact.purpose == "STEP_UP" else Template.MAIL_CODE
                mail = self._mail(about, fact.user_id, kind, secret_id, fact.expires_at)
            case _:
                notice = await self._notice(fact, transaction)
                if notice is None:
                    return
                mail = self._mail(about, fact.user_id, *notice, fact.at + NOTICE_LIFE)
        await self._intake.queue(transaction, mail)

    async def _notice(self, fact: Change, transaction: Any) -> tuple[Template, UUID] | None:
        """Return what the person is told, and what about; nothing of what they set up for the first time.

        See: OWASP ASVS 5.0, 6.3.7.
        """
        match fact:
            case PasswordChanged(password_id=about):
                return Template.PASSWORD_CHANGED, about
            case PasswordSet(activation_id=link):
                known = await self._intake.template_of(transaction, link)
                return (Template.PASSWORD_CHANGED, link) if known is Template.PASSWORD_RESET else None
            case TotpEnrolled(activation_id=link):
                known = await self._intake.template_of(transaction, link)
                return (Template.SECOND_FACTOR_CHANGED, link) if known is Template.FACTOR_RESET else None
            case SecondFactorChanged(user_id=about):
                return None if fact.setup else (Template.SECOND_FACTOR_CHANGED, about)
            case PasskeyAdded(passkey_id=about) | PasskeyRemoved(passkey_id=about):
                return Template.SECOND_FACTOR_CHANGED, about
            case RecoveryCodesIssued(codes_id=about):
                return Template.RECOVERY_CODES_ISSUED, about

    def _mail(
        self, about: Incoming, user_id: UUID, template: Template, secret_id: UUID, not_after: datetime
    ) -> QueuedMail:
        return QueuedMail(
            message_id=self._new_id(),
            tenant_id=about.tenant_id,
            user_id=user_id,
            template=template,
            secret_id=secret_id,
            cause_id=about.id,
            cause_type=about.type,
            correlation_id=about.correlation_id,
            traceparent=about.traceparent,
            not_after=not_after,
            caused_at=about.recorded_at,
        )
