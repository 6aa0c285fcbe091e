"""Reads in one call what every request with a session must know: person, access, policy. Next: boards.py."""

from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.application.board_ports import Standing
from gateway.projections.credential import CREDENTIAL
from gateway.projections.group import GROUP
from gateway.projections.open_session import OPEN_SESSION
from gateway.projections.operator import OPERATOR
from gateway.projections.person import PERSON
from gateway.projections.tenant_policy import TENANT_POLICY
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.rows import Filling
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unavailable

STANDING = """
-- Reads some rows and, behind them, those of the groups that the first one names; and whether the models are complete.
local rows = {redis.call('HGET', KEYS[1], 'complete') or ''}
for i = 2, #KEYS do rows[i] = redis.call('GET', KEYS[i]) or '' end
if rows[2] ~= '' then
  for _, group in ipairs(cjson.decode(rows[2]).groups) do
    rows[#rows + 1] = redis.call('GET', ARGV[1] .. group) or ''
  end
end
return rows
"""
"""KEYS: checkpoint, the person's row, other rows. ARGV: the prefix of groups' rows."""


class Standings:
    """Person, groups, credential, session and policy in one round trip, as of one moment."""

    def __init__(self, redis: "Redis", generation: Generation) -> None:
        self._generation = generation
        self._read = redis.register_script(STANDING)

    async def of(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        """Return what the read models say of a session and its person. Raises: Unavailable; Filling."""
        wanted: list[tuple[ReadModel[Any], UUID]] = [
            (PERSON, user_id),
            (CREDENTIAL, user_id),
            (OPEN_SESSION, session_id),
            (TENANT_POLICY, tenant_id),
            (OPERATOR, user_id),
        ]
        keys = [self._generation.row_key(model.name, str(key)) for model, key in wanted]
        try:
            complete, *rows = await self._read(
                keys=[self._generation.checkpoint, *keys], args=[self._generation.row_key(GROUP.name, "")]
            )
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now", retry_after=2) from trouble
        if not complete:
            # A credential that is missing may be one that was locked, so nobody is let in meanwhile.
            raise Filling("the read models are being filled", retry_after=1)
        person, credential, open_session, policy, operator = (
            self._generation.decode(model.name, data) if data else None
            for (model, _), data in zip(wanted, rows[: len(wanted)], strict=True)
        )
        groups = [self._generation.decode(GROUP.name, data) for data in rows[len(wanted) :] if data]
        return Standing(
            person=person,
            credential=credential,
            open_session=open_session,
            policy=policy,
            groups=tuple(groups),
            operator=operator,
        )
