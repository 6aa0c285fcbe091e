"""Keeps stories and their news in the transaction of what is read. Next stop: adapters/rounds.py, which sends them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from kernel.application.consume import Incoming
from kernel.application.ports import NewId
from services.notifier.domain.story import Concerned, Telling

TELLING: TypeAdapter[Telling] = TypeAdapter(Telling)

_LAST = "SELECT telling FROM notice.story WHERE story_id = $1"
_KEEP = """
INSERT INTO notice.story (story_id, telling, ended_at) VALUES ($1, $2, $3)
ON CONFLICT (story_id) DO UPDATE SET telling = $2, ended_at = $3
"""
_CONCERN = """
INSERT INTO notice.concerned (story_id, contract_id, tenant_id, contract_number, service_name)
SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING
"""
_TENANTS = """
SELECT DISTINCT tenant_id FROM notice.concerned WHERE story_id = $1 AND ($2::uuid IS NULL OR contract_id = $2)
"""
_TELL = """
INSERT INTO notice.news (news_id, cause_id, cause_type, tenant_id, kind, story_id, contract_id, telling, correlation_id,
                         traceparent, caused_at, not_after)
SELECT told.news_id, $3, $4, told.tenant_id, $5, $6, $7, $8, $9, $10, $11, $12
FROM unnest($1::uuid[], $2::uuid[]) AS told (news_id, tenant_id) ON CONFLICT (cause_id, tenant_id) DO NOTHING
"""


class PostgresNewsroom:
    """Writes rows; `transaction` is the reader's open connection. See: application/notices.py, Newsroom."""

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id

    async def last(self, transaction: Any, story_id: UUID) -> Telling | None:
        """Return what was said last of a story."""
        found = await transaction.fetchval(_LAST, story_id)
        return TELLING.validate_json(found) if found else None

    async def begin(self, transaction: Any, telling: Telling, concerned: Sequence[Concerned]) -> None:
        """Keep a new story and the contracts it is about."""
        await self.go_on(transaction, telling)
        await self.concern(transaction, telling.story_id, concerned)

    async def go_on(self, transaction: Any, telling: Telling) -> None:
        """Keep what is said of a story now."""
        said = TELLING.dump_json(telling).decode()
        await transaction.execute(_KEEP, telling.story_id, said, telling.ended_at)

    async def concern(self, transaction: Any, story_id: UUID, concerned: Sequence[Concerned]) -> None:
        """Have a story be about more contracts."""
        names = ("contract_id", "tenant_id", "contract_number", "service_name")
        await transaction.execute(_CONCERN, story_id, *([getattr(one, name) for one in concerned] for name in names))

    async def tell(self, transaction: Any, telling: Telling, about: Incoming, only: UUID | None) -> None:
        """Have the companies told that a story concerns, once a fact; of one contract where it is named."""
        tenants = [row[0] for row in await transaction.fetch(_TENANTS, telling.story_id, only)]
        await transaction.execute(
            _TELL,
            [self._new_id() for _ in tenants],
            tenants,
            about.id,
            about.type,
            telling.kind.value,
            telling.story_id,
            only,
            TELLING.dump_json(telling).decode(),
            about.correlation_id,
            about.traceparent,
            about.recorded_at,
            telling.not_after,
        )
