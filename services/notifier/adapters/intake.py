"""Writes recipients and waiting mails in the transaction of what was read. Next stop: queue.py."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from kernel.adapters.clock import utc_now
from services.notifier.adapters.rows import COLUMNS, mail_of
from services.notifier.application.ports import ChangedRecipient, QueuedMail, SealedRecipient
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import rank
from services.notifier.domain.message import KEPT_FOR

log = structlog.get_logger(__name__)
CHANNEL = "mail"

# PostgreSQL tells listeners when, and only if, the transaction commits.
_WAKE = f"SELECT pg_notify('{CHANNEL}', '')"
_KEEP = """
INSERT INTO mail.recipient (user_id, email, name, language, timezone) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET email = $2, name = $3, language = $4, timezone = $5
"""
_CHANGE = "UPDATE mail.recipient SET name = $2, language = $3, timezone = $4 WHERE user_id = $1"
_FORGET = "DELETE FROM mail.recipient WHERE user_id = $1"
_TEMPLATE = "SELECT template FROM mail.queue WHERE secret_id = $1 LIMIT 1"
_READY = """
UPDATE mail.queue SET due_at = clock_timestamp() WHERE user_id = $1 AND state = 'WAITING' AND due_at > clock_timestamp()
"""
_REFUSE = "UPDATE mail.recipient SET refused = $2, daily = $3 WHERE user_id = $1"
_FIND = f"SELECT {COLUMNS} FROM mail.queue WHERE message_id = $1"  # noqa: S608 - names of ours
# Who may have made a mail that is forgotten makes none: clocks differ by less than a day.
_OLDEST = KEPT_FOR - timedelta(days=1)
# The list shows a mail as soon as it is queued: its first fact is written only when a sender looks at it.
_QUEUE = """
WITH queued AS (
  INSERT INTO mail.queue (message_id, dedupe_key, tenant_id, user_id, template, secret_id, cause_id, cause_type,
                          correlation_id, traceparent, not_after, caused_at, generation, resend_of, rank)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  ON CONFLICT (dedupe_key) DO NOTHING RETURNING 1)
INSERT INTO mail.board (message_id, tenant_id, user_id, template, cause_type, cause_id, correlation_id, generation,
                        resend_of, queued_at)
SELECT $1, $3, $4, $5, $8, $7, $9, $13, $14, clock_timestamp() FROM queued
"""


class PostgresIntake:
    """Writes rows; `transaction` is the reader's open connection."""

    async def keep(self, transaction: Any, person: SealedRecipient) -> None:
        """Keep a person; mails that were waiting for them are due now."""
        await transaction.execute(_KEEP, person.user_id, person.email, person.name, person.language, person.timezone)
        await transaction.execute(_READY, person.user_id)
        await transaction.execute(_WAKE)

    async def change(self, transaction: Any, person: ChangedRecipient) -> None:
        """Have mails go to a person by another name, in another language or zone."""
        await transaction.execute(_CHANGE, person.user_id, person.name, person.language, person.timezone)

    async def refuse(
        self, transaction: Any, user_id: UUID, kinds: Collection[str], daily: Collection[str] = ()
    ) -> None:
        """Have a person get all mails but of these kinds, and some of them together once a day."""
        await transaction.execute(_REFUSE, user_id, sorted(kinds), sorted(daily))

    async def forget(self, transaction: Any, user_id: UUID) -> None:
        """Have no more mails go to a person."""
        await transaction.execute(_FORGET, user_id)

    async def template_of(self, transaction: Any, secret_id: UUID) -> Template | None:
        """Return what the mail was about that carried this link or code."""
        found = await transaction.fetchval(_TEMPLATE, secret_id)
        return Template(found) if found else None

    async def find(self, transaction: Any, message_id: UUID) -> QueuedMail | None:
        """Return a mail that was queued, whatever became of it."""
        row = await transaction.fetchrow(_FIND, message_id)
        return mail_of(row) if row else None

    async def queue(self, transaction: Any, *mails: QueuedMail) -> None:
        """Queue mails and wake the sender; a second one of the same cause changes nothing.

        Nor does a cause of long ago, whose mail may have been forgotten; a wish to send one again is a cause of now.
        """
        oldest = utc_now() - _OLDEST
        for mail in mails:
            if mail.resend_of is None and mail.caused_at <= oldest:
                log.warning("mail.cause_too_old", message_id=str(mail.message_id), cause=mail.cause_id)
        await transaction.executemany(_QUEUE, [_row(one) for one in mails if one.resend_of or one.caused_at > oldest])
        await transaction.execute(_WAKE)


def _row(mail: QueuedMail) -> tuple[object, ...]:
    return (
        mail.message_id,
        mail.dedupe_key,
        mail.tenant_id,
        mail.user_id,
        mail.template.value,
        mail.secret_id,
        mail.cause_id,
        mail.cause_type,
        mail.correlation_id,
        mail.traceparent,
        mail.not_after,
        mail.caused_at,
        mail.generation,
        mail.resend_of,
        rank(mail.template),
    )
