"""Lists of mails, newest first, from the board. The walk of a look at mails ends here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.notifier.adapters.board import BOARD_COLUMNS, row_of
from services.notifier.application.mails import MailRow, MailsWanted

_ONE = f"SELECT {BOARD_COLUMNS} FROM mail.board WHERE tenant_id = $1 AND message_id = $2"  # noqa: S608 - names of ours


def page_query(tenant_id: UUID, wanted: MailsWanted, most: int, before: UUID | None) -> tuple[str, list[object]]:
    """Return the query of a page and its arguments."""
    # Only what is asked for stands in the statement, so that each list goes along its own index.
    filters = {"user_id =": wanted.user_id, "state =": wanted.state, "message_id <": before}
    said = {words: value for words, value in filters.items() if value is not None}
    conditions = "".join(f" AND {words} ${number}" for number, words in enumerate(said, 3))
    statement = (
        f"SELECT {BOARD_COLUMNS} FROM mail.board WHERE tenant_id = $1{conditions} "  # noqa: S608 - words of ours
        "ORDER BY message_id DESC LIMIT $2"
    )
    return statement, [tenant_id, most, *said.values()]


class PostgresMailbag:
    """The mails of all tenants, looked at one tenant at a time. See: ports.Mailbag."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def page(self, tenant_id: UUID, wanted: MailsWanted, most: int, before: UUID | None) -> Sequence[MailRow]:
        """Return mails, newest first, that are older than *before*."""
        statement, arguments = page_query(tenant_id, wanted, most, before)
        with reachable("the mails"):
            return [row_of(row) for row in await self._pool.fetch(statement, *arguments)]

    async def one(self, tenant_id: UUID, message_id: UUID) -> MailRow | None:
        """Return one mail."""
        with reachable("the mails"):
            found = await self._pool.fetchrow(_ONE, tenant_id, message_id)
        return row_of(found) if found else None
