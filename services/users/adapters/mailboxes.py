"""Writes how mails to people fare, in the transaction of what is read. Next stop: directory.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

# Facts of several mails to the same people may be read at once, one transaction each.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('rm.mailbox', 0))"
_BOUNCED = """
INSERT INTO rm.mailbox AS b (user_id, tenant_id, bounced_at, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id) DO UPDATE SET bounced_at = EXCLUDED.bounced_at, reason = EXCLUDED.reason
WHERE b.bounced_at IS NULL OR b.bounced_at < EXCLUDED.bounced_at
"""
_SENT = """
INSERT INTO rm.mailbox AS b (user_id, tenant_id, sent_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET sent_at = EXCLUDED.sent_at
WHERE b.sent_at IS NULL OR b.sent_at < EXCLUDED.sent_at
"""


class PostgresMailboxes:
    """The table of mailboxes. See: ports.Mailboxes."""

    async def bounced(self, transaction: Any, user_id: UUID, tenant_id: UUID, at: datetime, reason: str) -> None:
        """Show that a mail could not be delivered, unless a later one could."""
        await transaction.execute(_TURN)
        await transaction.execute(_BOUNCED, user_id, tenant_id, at, reason)

    async def sent(self, transaction: Any, user_id: UUID, tenant_id: UUID, at: datetime) -> None:
        """Show that a mail was handed over: one that came back before that is of the past."""
        await transaction.execute(_TURN)
        await transaction.execute(_SENT, user_id, tenant_id, at)
