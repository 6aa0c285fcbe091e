"""What was told and who may see it, as tables answer it. Next stop: application/bulletins.py."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.notifier.adapters.newsroom import TELLING
from services.notifier.application.bulletin import Bulletin, Cause, Item
from services.notifier.domain.sight import Sight, sight_of

MOST_CONTRACTS = 10
REMEMBERED = 500
REMEMBERED_SECONDS = 3.0
"""As long as a burst of mails of one round: contracts may join a story, and rows may go, at any time."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)

LISTENS = "p.registered AND NOT p.suspended AND (p.confirmed OR p.represents)"
"""An address that nobody has come in from is told nothing of a company's contracts, but for the application form's."""

_SEES = """($2 OR c.service_name = ANY($3)
  OR (c.service_name, c.contract_id) IN (SELECT * FROM unnest($4::text[], $5::uuid[])))"""
_OF_NEWS = (
    "c.story_id = n.story_id AND c.tenant_id = n.tenant_id AND c.contract_id = coalesce(n.contract_id, c.contract_id)"
)
SEEN = f"""
WITH seen AS MATERIALIZED (
  SELECT * FROM notice.news n
  WHERE n.round_id = ANY($1) AND n.not_after > $6
    AND EXISTS (SELECT 1 FROM notice.concerned c WHERE {_OF_NEWS} AND {_SEES})),
first AS (SELECT cause_id, cause_type, correlation_id, traceparent, caused_at FROM seen ORDER BY news_id LIMIT 1)
SELECT n.telling, first.*, (SELECT count(*) FROM seen) AS total,
  (SELECT max(not_after) FROM seen) AS latest, (SELECT min(not_after) FROM seen) AS earliest,
  ARRAY(SELECT c.contract_number FROM notice.concerned c WHERE {_OF_NEWS} AND {_SEES}
        ORDER BY c.contract_number LIMIT {MOST_CONTRACTS + 1}) AS numbers
FROM (SELECT * FROM seen ORDER BY news_id DESC LIMIT $7) n, first ORDER BY n.news_id DESC
"""  # noqa: S608 - names of ours
_SIGHT = f"""
SELECT DISTINCT g.service_name, g.contract_id
FROM notice.person p JOIN notice.member m USING (user_id) JOIN notice.permission g USING (group_id)
WHERE p.user_id = $1 AND {LISTENS}
"""  # noqa: S608 - names of ours
_ROUNDS = """
SELECT k.round_id FROM notice.kept k JOIN notice.round r USING (round_id)
WHERE k.digest_id = $1 AND r.kind <> ALL($2::text[])
"""


class PostgresNoticeBoard:
    """Answers from the tables. See: application/notices.py, Board."""

    def __init__(self, pool: "asyncpg.Pool[Any]", clock: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._clock = clock
        # Those who see the same are answered from here, for some seconds and while all that it holds is worth a mail.
        self._remembered: OrderedDict[tuple[object, ...], tuple[float, Bulletin]] = OrderedDict()

    async def seen(
        self, rounds: Sequence[UUID], sight: Sight, *, most: int, alive_at: datetime | None
    ) -> Bulletin | None:
        """Return what of some rounds may be seen, None if nothing; only what is still worth a mail at that time."""
        key = (tuple(rounds), sight, most, alive_at is None)
        known = self._known(key)
        if known is not None and (alive_at is None or alive_at < known.whole_until):
            return known
        began = self._clock()
        with reachable("the news"):
            rows = await self._pool.fetch(SEEN, list(rounds), *_arguments(sight), alive_at or LONG_AGO, most)
        found = _bulletin(rows)
        if found is not None:
            self._remember(key, found, began)
        return found

    async def sight(self, user_id: UUID) -> Sight:
        """Return what a person may see now; nothing for who may not come in."""
        with reachable("the people"):
            return sight_of((row[0], row[1]) for row in await self._pool.fetch(_SIGHT, user_id))

    async def rounds_of(self, digest_id: UUID, refused: Collection[str]) -> Sequence[UUID]:
        """Return the rounds that a mail of the day is made of, but for kinds that are refused."""
        with reachable("the rounds"):
            return [row[0] for row in await self._pool.fetch(_ROUNDS, digest_id, sorted(refused))]

    def _known(self, key: tuple[object, ...]) -> Bulletin | None:
        since, known = self._remembered.get(key, (0.0, None))
        return known if self._clock() - since < REMEMBERED_SECONDS else None

    def _remember(self, key: tuple[object, ...], found: Bulletin, since: float) -> None:
        self._remembered[key] = since, found
        self._remembered.move_to_end(key)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _arguments(sight: Sight) -> tuple[object, ...]:
    pairs = sorted(sight.contracts, key=str)
    return sight.everything, sorted(sight.services), [one for one, _ in pairs], [one for _, one in pairs]


def _bulletin(rows: Sequence[Any]) -> Bulletin | None:
    if not rows:
        return None
    first = rows[0]
    cause = Cause(
        cause_id=first["cause_id"],
        cause_type=first["cause_type"],
        correlation_id=first["correlation_id"],
        traceparent=first["traceparent"],
        caused_at=first["caused_at"],
    )
    items = [
        Item(
            telling=TELLING.validate_json(row["telling"]),
            contract_numbers=row["numbers"][:MOST_CONTRACTS],
            more_contracts=len(row["numbers"]) > MOST_CONTRACTS,
        )
        for row in rows
    ]
    return Bulletin(
        items=items, total=first["total"], not_after=first["latest"], whole_until=first["earliest"], cause=cause
    )
