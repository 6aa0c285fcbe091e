"""Browsers' sessions in Redis: under the hash of their token, with two ends. Next: application/sessions.py."""

import secrets
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.application.session import LeftAlone, Session, furthest
from kernel.application.ports import Clock
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition

FIELD = "session"
SEEN = "seen"
KEPT = timedelta(days=1, minutes=5)
"""How long an unused session lies here at the longest: the longest that any tenant may let one alone, and a little."""

GRACE = timedelta(minutes=1)
"""How much longer than it may be left alone: whether it was for too long is told by *seen*, not by its absence."""

ENDS = "sessions:ends"
"""When each session will have been left alone for too long, by whose it is."""
WHOSE = "whose"
LEASE = timedelta(minutes=2)
"""How long a session that is due is left to who was told of it."""

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


# Whose session it is stands beside it as well, so that its end can be recorded when it is gone by itself.
_USED = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], 'XX', ARGV[4], redis.call('HGET', KEYS[1], ARGV[5]) or '')
return 1
"""

_LEAVE = """
local whose = redis.call('HGET', KEYS[1], ARGV[1])
if whose then redis.call('ZADD', KEYS[2], ARGV[2], whose) end
return redis.call('DEL', KEYS[1])
"""

_CLOSE = """
local whose = redis.call('HGET', KEYS[1], ARGV[1])
if whose then redis.call('ZREM', KEYS[2], whose) end
return redis.call('DEL', KEYS[1])
"""

# Whoever is due is left alone for a while by others, so that two processes do not end the same sessions.
_DUE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, whose in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[3], whose) end
return due
"""


def new_token() -> str:
    """Return a fresh token of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class RedisSessions:
    """Sessions with the time they were last used; at their absolute end they are gone."""

    redis: "Redis"
    now: Clock

    async def open(self, session: Session, idle: timedelta) -> str:
        """Keep *session*, to be left alone for *idle*; return its token, which is kept nowhere. Raises: Unavailable."""
        token = new_token()
        key, whose = _key(token), _whose(session, _key(token))
        fields: dict[str, str | bytes] = {
            FIELD: _SESSION.dump_json(session),
            SEEN: self.now().isoformat(),
            WHOSE: whose,
        }
        fields |= {_field(position): _value(position) for position in session.positions}
        try:
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, mapping=cast("dict[Any, Any]", fields))
                pipe.pexpire(key, KEPT)
                pipe.zadd(ENDS, {whose: self._left_alone_at(idle)})
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
            seen, ends = self.now().isoformat(), str(self._left_alone_at(idle))
            answer = self.redis.eval(_USED, 2, _key(token), ENDS, SEEN, seen, str(life), ends, WHOSE)
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
            await cast("Awaitable[int]", self.redis.eval(_CLOSE, 2, _key(token), ENDS, WHOSE))
        except (RedisError, OSError) as error:
            raise Unavailable("the session cannot be ended now", retry_after=2) from error

    async def leave(self, token: str) -> None:
        """Forget a session that was left alone for too long; its end is still to be recorded. Raises: Unavailable."""
        try:
            answer = self.redis.eval(_LEAVE, 2, _key(token), ENDS, WHOSE, str(self.now().timestamp()))
            await cast("Awaitable[int]", answer)
        except (RedisError, OSError) as error:
            raise Unavailable("the session cannot be ended now", retry_after=2) from error

    async def due(self, most: int) -> Sequence[LeftAlone]:
        """Return sessions that may have been left alone for too long, each to one caller. Raises: Unavailable."""
        now = self.now()
        until = str((now + LEASE).timestamp())
        try:
            answer = self.redis.eval(_DUE, 1, ENDS, str(now.timestamp()), str(most), until)
            due = [_left_alone(member.decode()) for member in await cast("Awaitable[list[bytes]]", answer)]
            async with self.redis.pipeline(transaction=False) as pipe:
                for one in due:
                    pipe.hgetall(one.key)
                kept = await pipe.execute()
        except (RedisError, OSError) as error:
            raise Unavailable("sessions cannot be looked up now", retry_after=2) from error
        return [
            replace(one, session=self._read(fields) if fields else None) for one, fields in zip(due, kept, strict=True)
        ]

    async def put_off(self, one: LeftAlone, until: datetime) -> None:
        """Look at a session again then. Raises: Unavailable."""
        try:
            await self.redis.zadd(ENDS, {one.whose: until.timestamp()})
        except (RedisError, OSError) as error:
            raise Unavailable("sessions cannot be kept now", retry_after=2) from error

    async def ended(self, one: LeftAlone) -> None:
        """Forget a session whose end is recorded. Raises: Unavailable."""
        try:
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.delete(one.key)
                pipe.zrem(ENDS, one.whose)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise Unavailable("the session cannot be ended now", retry_after=2) from error

    def _left_alone_at(self, idle: timedelta) -> float:
        return (self.now() + idle + GRACE).timestamp()


def _whose(session: Session, key: str) -> str:
    return f"{session.session_id} {session.user_id} {session.tenant_id} {key}"


def _left_alone(whose: str) -> LeftAlone:
    session_id, user_id, tenant_id, key = whose.split(" ")
    return LeftAlone(
        session_id=UUID(session_id), user_id=UUID(user_id), tenant_id=UUID(tenant_id), key=key, whose=whose
    )


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
