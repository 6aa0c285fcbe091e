"""Keys for personal data in a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from kernel.adapters.keys import TTL_SECONDS, PostgresKeyring
from kernel.adapters.postgres.migrate import migrate
from kernel.adapters.postgres.pool import open_pool
from kernel.application.ports import Keyring
from kernel.domain.errors import Unavailable, Unreadable, Unsealable
from tests.integration.kernel.flow import MIGRATIONS
from tests.ports.keyring import NAME, KeyringContract

KEK = b"k" * 32
ROLES = """
DO $$ BEGIN
    CREATE ROLE keys_reader; CREATE ROLE keys_writer;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN
    CREATE ROLE keys_test_reader LOGIN PASSWORD 'r'; CREATE ROLE keys_test_writer LOGIN PASSWORD 'w';
    GRANT keys_reader TO keys_test_reader, keys_test_writer; GRANT keys_writer TO keys_test_writer;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
"""


class Time:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Keys:
    """A database of keys as its readers, its writers and its owner see it."""

    owner_url: str
    reader: Any
    writer: Any


@pytest.fixture
async def keys(database: str) -> AsyncIterator[Keys]:
    owner = await asyncpg.connect(database)
    await owner.execute(ROLES)
    await owner.close()
    await migrate(database, [MIGRATIONS / "keys"], "keys_writer")
    reader = await open_pool(_as(database, "keys_test_reader:r"))
    writer = await open_pool(_as(database, "keys_test_writer:w"))
    yield Keys(database, reader, writer)
    await reader.close()
    await writer.close()


def _as(url: str, user: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


class TestPostgresKeyring(KeyringContract):
    @pytest.fixture
    async def keyring(self, keys: Keys) -> Keyring:
        return PostgresKeyring(keys.writer, KEK)


async def sealed_by(keyring: Keyring, *people: Any) -> list[str]:
    await keyring.prepare(people)
    return [(await keyring.seal(person, {"name": NAME}, stream_id=uuid4(), version=1))["name"] for person in people]


async def test_another_process_opens_what_was_sealed_and_a_reader_makes_no_keys(keys: Keys) -> None:
    (sealed,) = await sealed_by(PostgresKeyring(keys.writer, KEK), uuid4())
    reader = PostgresKeyring(keys.reader, KEK)
    assert await reader.open([sealed]) == [NAME]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sealed_by(reader, uuid4())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.shred(uuid4())


async def test_no_key_is_in_the_database_as_it_is(keys: Keys) -> None:
    (sealed,) = await sealed_by(PostgresKeyring(keys.writer, KEK), uuid4())
    with pytest.raises(Unreadable):
        await PostgresKeyring(keys.writer, b"x" * 32).open([sealed])


async def test_a_forgotten_key_is_gone_from_the_database_and_never_comes_back(keys: Keys) -> None:
    subject, keyring = uuid4(), PostgresKeyring(keys.writer, KEK)
    await sealed_by(keyring, subject)
    wrapped = await keys.writer.fetchval("SELECT wrapped FROM keys.subject")
    with pytest.raises(asyncpg.RestrictViolationError):
        await keys.writer.execute("UPDATE keys.subject SET wrapped = $1", wrapped[::-1])
    await keyring.shred(subject)
    assert await keys.writer.fetchval("SELECT wrapped FROM keys.subject WHERE subject_id = $1", subject) is None
    with pytest.raises(asyncpg.RestrictViolationError):
        await keys.writer.execute("UPDATE keys.subject SET wrapped = $1, forgotten_at = NULL", wrapped)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await keys.writer.execute("DELETE FROM keys.subject")


async def test_m9_another_process_forgets_within_a_minute(keys: Keys) -> None:
    subject, time = uuid4(), Time()
    writer, reader = PostgresKeyring(keys.writer, KEK), PostgresKeyring(keys.reader, KEK, clock=time)
    other_writer = PostgresKeyring(keys.writer, KEK, clock=time)
    (sealed,) = await sealed_by(writer, subject)
    assert await reader.open([sealed]) == await other_writer.open([sealed]) == [NAME]
    await writer.shred(subject)
    assert await writer.open([sealed]) == [None]
    assert TTL_SECONDS <= 60
    time.seconds += TTL_SECONDS
    assert await reader.open([sealed]) == [None]
    with pytest.raises(Unsealable):
        await sealed_by(other_writer, subject)


async def test_all_keys_that_are_not_at_hand_come_in_one_query(keys: Keys) -> None:
    people = [uuid4() for _ in range(50)]
    several = await sealed_by(PostgresKeyring(keys.writer, KEK), *people)
    asked: list[str] = []
    reader = PostgresKeyring(Counting(keys.reader, asked), KEK)
    assert await reader.open(several[:10]) == [NAME] * 10
    assert await reader.open(several) == [NAME] * 50
    assert await reader.open(several) == [NAME] * 50
    assert len(asked) == 2
    asked.clear()
    writer = PostgresKeyring(Counting(keys.writer, asked), KEK)
    await sealed_by(writer, *people, *(uuid4() for _ in range(50)))
    assert len(asked) == 3, "what is there, what is made, what was made"


class Counting:
    """A pool that takes note of what it is asked."""

    def __init__(self, pool: Any, asked: list[str]) -> None:
        self._pool, self._asked = pool, asked

    def __getattr__(self, name: str) -> Any:
        self._asked.append(name)
        return getattr(self._pool, name)


async def test_of_several_who_make_a_key_at_once_all_use_the_same(keys: Keys) -> None:
    for _ in range(10):
        subject, several = uuid4(), [PostgresKeyring(keys.writer, KEK) for _ in range(4)]
        made = await asyncio.gather(*(sealed_by(keyring, subject) for keyring in several))
        texts = [text for one in made for text in one]
        for keyring in several:
            assert await keyring.open(texts) == [NAME] * 4


async def test_keys_that_cannot_be_had_now_are_no_lost_keys() -> None:
    pool = await open_pool("postgresql://x@127.0.0.1:1/keys")
    keyring = PostgresKeyring(pool, KEK)
    sealed = f"enc:v1:{uuid4()}:{uuid4()}:1:name:{'A' * 40}"
    with pytest.raises(Unavailable):
        await keyring.open([sealed])
    with pytest.raises(Unavailable):
        await sealed_by(keyring, uuid4())
    with pytest.raises(Unavailable):
        await keyring.shred(uuid4())
    await pool.close()
