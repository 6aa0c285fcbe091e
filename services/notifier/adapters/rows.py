"""Rows of the queue as mails. Next stop: queue.py."""

from typing import Any

from services.notifier.application.ports import QueuedMail
from services.notifier.domain.events import Template

COLUMNS = """
message_id, tenant_id, user_id, template, secret_id, cause_id, cause_type, correlation_id, traceparent, not_after,
caused_at, generation, resend_of
"""


def mail_of(row: Any) -> QueuedMail:
    """Return a row of these columns as a mail."""
    return QueuedMail(**{**row, "template": Template(row["template"])})
