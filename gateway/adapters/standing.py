"""Reads rows of several read models in one call: what every request with a session must know. Next: boards.py."""

from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.application.ports import Standing
from gateway.projections.credential import CREDENTIAL
from gateway.projections.open_session import OPEN_SESSION
from gateway.projections.person import PERSON
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.rows import Filling
from kernel.adapters.redis.scripts import GET
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unavailable


class Standings:
    """Person, credential and session in one round trip."""

    def __init__(self, redis: "Redis", generation: Generation) -> None:
        self._generation = generation
        self._get = redis.register_script(GET)

    async def of(self, user_id: UUID, session_id: UUID) -> Standing:
        """Return what the read models say of a session and its person. Raises: Unavailable; Filling."""
        wanted: list[tuple[ReadModel[Any], UUID]] = [
            (PERSON, user_id),
            (CREDENTIAL, user_id),
            (OPEN_SESSION, session_id),
        ]
        keys = [self._generation.row_key(model.name, str(key)) for model, key in wanted]
        try:
            complete, *rows = await self._get(keys=[self._generation.checkpoint, *keys])
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now", retry_after=2) from trouble
        if not complete:
            # A credential that is missing may be one that was locked, so nobody is let in meanwhile.
            raise Filling("the read models are being filled", retry_after=1)
        person, credential, open_session = (
            self._generation.decode(model.name, data) if data else None
            for (model, _), data in zip(wanted, rows, strict=True)
        )
        return Standing(person=person, credential=credential, open_session=open_session)
