"""Fetches links and codes from identity when a mail is about to go; they are kept nowhere. Next stop: letters.py."""

from kernel.adapters.http.client import ServiceClient
from kernel.application.ports import NewId
from kernel.domain.context import Context
from kernel.domain.errors import Unreadable
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.events import Template

SCOPES = ("links:fetch",)


class IdentitySecrets:
    """Asks identity for what a mail carries."""

    def __init__(self, client: ServiceClient, new_id: NewId) -> None:
        self._client = client
        self._new_id = new_id

    async def fetch(self, mail: QueuedMail) -> str:
        """Return the token or code of a mail, nothing for a notice. Raises: Gone, NotFound, Unavailable."""
        match mail.template:
            case Template.MAIL_CODE | Template.STEP_UP_CODE:
                path, member = f"/challenges/{mail.secret_id}/code", "code"
            case Template.ACTIVATION | Template.PASSWORD_RESET | Template.FACTOR_RESET:
                path, member = f"/activations/{mail.secret_id}/link", "token"
            case _:
                return ""
        context = Context(
            tenant_id=mail.tenant_id,
            actor="service:notifier",
            correlation_id=mail.correlation_id,
            causation_id=mail.cause_id,
            # Each try asks anew: an answer of before may have expired since.
            command_id=self._new_id(),
            traceparent=mail.traceparent,
        )
        answer = await self._client.post(path, {}, SCOPES, context)
        found = answer.body.get(member)
        if not isinstance(found, str) or not found:
            raise Unreadable(f"identity's answer has no {member}")
        return found
