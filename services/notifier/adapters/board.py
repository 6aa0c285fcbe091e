"""Keeps mails as administrators see them, in the transaction of what is read. Next stop: mailbag.py."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifier.application.mails import MailRow
from services.notifier.domain.events import Template
from services.notifier.domain.message import Status

NAMES = tuple(field.name for field in fields(MailRow))
BOARD_COLUMNS = ", ".join(NAMES)

_ROW = f"SELECT {BOARD_COLUMNS} FROM mail.board WHERE message_id = $1 FOR UPDATE"  # noqa: S608 - names of ours
# What is shown is counted with it; a fact that was seen before shows nothing, and so is not counted twice.
_SHOW = f"""
WITH shown AS (
  INSERT INTO mail.board AS b ({BOARD_COLUMNS}) VALUES ({", ".join(f"${n}" for n in range(1, len(NAMES) + 1))})
  ON CONFLICT (message_id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in NAMES[1:])}
  WHERE b.version < EXCLUDED.version RETURNING b.kind)
INSERT INTO mail.tally AS t (hour, kind, fact, mails)
SELECT date_trunc('hour', ${len(NAMES) + 1}::timestamptz), kind, ${len(NAMES) + 2}, 1 FROM shown
ON CONFLICT (hour, kind, fact) DO UPDATE SET mails = t.mails + 1
"""  # noqa: S608 - names of ours


class PostgresBoard:
    """The table of mails. See: ports.Board."""

    async def row(self, transaction: Any, message_id: UUID) -> MailRow | None:
        """Return a mail as it is shown now, and keep others from changing it."""
        found = await transaction.fetchrow(_ROW, message_id)
        return row_of(found) if found else None

    async def show(self, transaction: Any, row: MailRow, fact: str, at: datetime) -> None:
        """Show a mail so, because of a fact that is counted, unless it is shown at that version already."""
        await transaction.execute(_SHOW, *(getattr(row, name) for name in NAMES), at, fact)


def row_of(found: Any) -> MailRow:
    """Return a record of these columns as a mail."""
    return MailRow(**{**found, "template": Template(found["template"]), "state": Status(found["state"])})
