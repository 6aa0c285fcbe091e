"""What the notifier reads of identity: what must be mailed. Next stop: adapters/sender.py, which the queue wakes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.application.ports import NewId
from kernel.domain.reads import reads, wire_name
from services.notifier.application.ports import Intake, QueuedMail
from services.notifier.domain.events import Template


@reads("portal.credential.activation-issued.v1")
class ActivationIssued:
    """A one-time link was made for a person."""

    user_id: UUID
    activation_id: UUID
    purpose: Literal["ACTIVATION", "PASSWORD_RESET"]
    expires_at: datetime


@reads("portal.challenge.mail-code-issued.v1")
class MailCodeIssued:
    """A one-time code was made for a login."""

    user_id: UUID
    challenge_id: UUID
    expires_at: datetime


class Mails:
    """Queues one mail for each fact that calls for one, however often the fact comes."""

    types: Mapping[str, type[Any]] = {wire_name(fact): fact for fact in (ActivationIssued, MailCodeIssued)}

    def __init__(self, intake: Intake, new_id: NewId) -> None:
        self._intake = intake
        self._new_id = new_id

    async def __call__(self, fact: ActivationIssued | MailCodeIssued, about: Incoming, transaction: Any) -> None:
        """Queue the mail of a fact."""
        match fact:
            case ActivationIssued(activation_id=secret_id, purpose=purpose):
                template = Template(purpose)
            case MailCodeIssued(challenge_id=secret_id):
                template = Template.MAIL_CODE
        mail = QueuedMail(
            message_id=self._new_id(),
            tenant_id=about.tenant_id,
            user_id=fact.user_id,
            template=template,
            secret_id=secret_id,
            cause_id=about.id,
            correlation_id=about.correlation_id,
            traceparent=about.traceparent,
            not_after=fact.expires_at,
            caused_at=about.recorded_at,
        )
        await self._intake.queue(transaction, mail)
