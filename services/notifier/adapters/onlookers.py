"""Keeps who may see which contracts, in the transaction of what is read. Next stop: adapters/notice_board.py."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.notifier.domain.sight import Grant

_BELONGS = "SELECT tenant_id <> $2 FROM notice.person WHERE user_id = $1 AND registered"
_KNOWN = "NOT EXISTS (SELECT 1 FROM notice.forgotten WHERE user_id = $1)"
_REGISTER = f"""
INSERT INTO notice.person (user_id, tenant_id, registered, represents) SELECT $1, $2, true, $3 WHERE {_KNOWN}
ON CONFLICT (user_id) DO UPDATE SET tenant_id = $2, registered = true, represents = $3
"""
# A person of whom only identity has told yet is not registered, and hears of nothing.
_CONFIRM = f"""
INSERT INTO notice.person (user_id, tenant_id, confirmed) SELECT $1, $2, true WHERE {_KNOWN}
ON CONFLICT (user_id) DO UPDATE SET confirmed = true
"""
_SUSPEND = "UPDATE notice.person SET suspended = $2 WHERE user_id = $1"
_FORGET = (
    "DELETE FROM notice.person WHERE user_id = $1",
    "DELETE FROM notice.member WHERE user_id = $1",
    "DELETE FROM notice.kept WHERE user_id = $1",
    # Who reads everything from the beginning again hears late facts again, so that the time begins anew.
    """INSERT INTO notice.forgotten (user_id) VALUES ($1)
       ON CONFLICT (user_id) DO UPDATE SET forgotten_at = clock_timestamp()""",
)
_JOIN = f"INSERT INTO notice.member (user_id, group_id) SELECT $1, $2 WHERE {_KNOWN} ON CONFLICT DO NOTHING"
_LEAVE = "DELETE FROM notice.member WHERE user_id = $1 AND group_id = $2"
_CLEAR = "DELETE FROM notice.permission WHERE group_id = $1"
_PERMIT = """
INSERT INTO notice.permission (group_id, service_name, contract_id) SELECT $1, * FROM unnest($2::text[], $3::uuid[])
"""


class PostgresOnlookers:
    """Writes rows; `transaction` is the reader's open connection. See: application/notices.py, Onlookers."""

    async def belongs(self, transaction: Any, user_id: UUID, tenant_id: UUID) -> bool:
        """Tell whether a person may be of a company: false for who is known as another's."""
        return not await transaction.fetchval(_BELONGS, user_id, tenant_id)

    async def register(self, transaction: Any, user_id: UUID, tenant_id: UUID, *, represents: bool) -> None:
        """Have a person belong to a company."""
        await transaction.execute(_REGISTER, user_id, tenant_id, represents)

    async def confirm(self, transaction: Any, user_id: UUID, tenant_id: UUID) -> None:
        """Have a person's address count as theirs."""
        await transaction.execute(_CONFIRM, user_id, tenant_id)

    async def suspend(self, transaction: Any, user_id: UUID, *, suspended: bool) -> None:
        """Shut a person out, or let them in again."""
        await transaction.execute(_SUSPEND, user_id, suspended)

    async def forget(self, transaction: Any, user_id: UUID) -> None:
        """Forget a person for good, and remember for a while not to believe what is told late of them."""
        for statement in _FORGET:
            await transaction.execute(statement, user_id)

    async def join(self, transaction: Any, user_id: UUID, group_id: UUID) -> None:
        """Put a person into a group."""
        await transaction.execute(_JOIN, user_id, group_id)

    async def leave(self, transaction: Any, user_id: UUID, group_id: UUID) -> None:
        """Take a person out of a group."""
        await transaction.execute(_LEAVE, user_id, group_id)

    async def permit(self, transaction: Any, group_id: UUID, grants: Sequence[Grant]) -> None:
        """Have a group let its members see this, and nothing else."""
        await transaction.execute(_CLEAR, group_id)
        if grants:
            services, contracts = zip(*grants, strict=True)
            await transaction.execute(_PERMIT, group_id, services, contracts)
