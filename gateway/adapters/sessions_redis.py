"""Browsers' sessions in Redis: under the hash of their token, with two ends. Next: application/sessions.py."""

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.application.session import Session, furthest
from kernel.application.ports import Clock
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition

FIELD = "session"
SEEN = "seen"
KEPT = timedelta(days=1, minutes=5)
"""How long an unused session lies here at the longest: the longest that any tenant may let one alone, and a little."""

GRACE = timedelta(minutes=1)
"""How much longer than it may be left alone: whether it was for too long is told by *seen*, not by its absence."""

TOKEN_BYTES = 32

_SESSION = TypeAdapter(Session)

# A position moves forwards only, and never makes a session that has ended come back as a stub.
_SAW = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local epoch, position = string.match(known, '(%d+);(%d+)')
  epoch, position = tonumber(epoch), tonumber(position)
  if epoch > tonumber(ARGV[2]) or (epoch == tonumber(ARGV[2]) and position >= tonumber(ARGV[3])) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ';' .. ARGV[3])
return 1
"""


_USED = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""


def new_token() -> str:
    """Return a fresh token of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class RedisSessions:
    """Sessions with the time they were last used; at their absolute end they are gone."""

    redis: "Redis"
    now: Clock

    async def open(self, session: Session) -> str:
        """Keep *session*; return its token, which is kept nowhere. Raises: Unavailable."""
        token = new_token()
        key = _key(token)
        fields: dict[str, str | bytes] = {FIELD: _SESSION.dump_json(session), SEEN: self.now().isoformat()}
        fields |= {_field(position): _value(position) for position in session.positions}
        try:
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, mapping=cast("dict[Any, Any]", fields))
                pipe.pexpire(key, KEPT)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise Unavailable("sessions cannot be kept now", retry_after=2) from error
        return token

    async def find(self, token: str) -> Session | None:
        """Return a session that has not ended. Raises: Unavailable."""
        try:
            fields = await cast("Awaitable[dict[bytes, bytes]]", self.redis.hgetall(_key(token)))
        except (RedisError, OSError) as error:
            raise Unavailable("sessions cannot be looked up now", retry_after=2) from error
        return self._read(fields) if fields else None

    def _read(self, fields: dict[bytes, bytes]) -> Session | None:
        session = _SESSION.validate_json(fields[FIELD.encode()])
        if session.ends_at <= self.now():
            return None
        positions = furthest(_position(name, value) for name, value in fields.items() if name.startswith(b"p:"))
        seen = fields.get(SEEN.encode())
        seen_at = datetime.fromisoformat(seen.decode()) if seen else session.started_at
        return replace(session, positions=positions, seen_at=seen_at)

    async def used(self, token: str, idle: timedelta) -> None:
        """Put the idle end of a session off, without making one that was closed come back. Raises: Unavailable."""
        life = int((idle + GRACE) / timedelta(milliseconds=1))
        try:
            answer = self.redis.eval(_USED, 1, _key(token), SEEN, self.now().isoformat(), str(life))
            await cast("Awaitable[int]", answer)
        except (RedisError, OSError) as error:
            raise Unavailable("the session cannot be kept now", retry_after=2) from error

    async def saw(self, token: str, position: LogPosition) -> None:
        """Remember how far the person's own write went. Raises: Unavailable."""
        arguments = (_field(position), str(position.epoch), str(position.position))
        try:
            await cast("Awaitable[int]", self.redis.eval(_SAW, 1, _key(token), *arguments))
        except (RedisError, OSError) as error:
            raise Unavailable("the session cannot be kept now", retry_after=2) from error

    async def close(self, token: str) -> None:
        """Forget a session. Raises: Unavailable."""
        try:
            await self.redis.delete(_key(token))
        except (RedisError, OSError) as error:
            raise Unavailable("the session cannot be ended now", retry_after=2) from error


def _key(token: str) -> str:
    # A token has 256 random bits, so a plain digest is enough: there is nothing to guess.
    return "session:" + sha256(token.encode()).hexdigest()


def _field(position: LogPosition) -> str:
    return f"p:{position.service}:{position.partition}"


def _value(position: LogPosition) -> str:
    return f"{position.epoch};{position.position}"


def _position(name: bytes, value: bytes) -> LogPosition:
    _, service, partition = name.decode().split(":")
    epoch, position = value.decode().split(";")
    return LogPosition(service=service, epoch=int(epoch), partition=int(partition), position=int(position))
