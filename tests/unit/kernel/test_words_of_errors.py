"""What a reaction meets may quote somebody: no line of the log has its words, whichever try it was."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, cast

import asyncpg
import pytest
from structlog.testing import capture_logs

from kernel.adapters.postgres.inbox import TRIES
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.adapters.process import keep_running
from kernel.application.consume import Incoming
from kernel.application.frames import said_of
from kernel.domain.errors import Unavailable
from tests.unit.kernel.lines import Line, in_memory, until
from tests.unit.kernel.topic_in_memory import NOON, STREAM, TENANT

SECRET = "鈴木 花子"
QUOTES = [KeyError(SECRET), asyncpg.DataError(f"invalid input for query argument $1: '{SECRET}'")]
ROW = {
    "pos": 1,
    "stream_id": STREAM,
    "version": 1,
    "tenant_id": TENANT,
    "type": "thing.happened",
    "schema_v": 1,
    "data": b"1",
    "meta": json.dumps({"correlationId": str(STREAM), "actor": "user:1"}),
    "recorded_at": NOON,
}


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """Give a topic, and a reader of it that waits for nobody."""
    return in_memory(monkeypatch)


def of(said: list[Any], event: str) -> list[Any]:
    return [one for one in said if one["event"] == event]


def holds_no_word(said: list[Any]) -> bool:
    return not any(word in str(one) for one in said for word in SECRET.split()) and not any(
        "exc_info" in one for one in said
    )


@pytest.mark.parametrize("error", QUOTES)
async def test_v9_no_line_has_the_words_of_an_error_for_which_a_reader_tries_again_and_then_parks(
    line: Line, error: Exception
) -> None:
    line.things.fails = lambda _about: error
    line.kafka.send(1)
    with capture_logs() as said:
        async with line.reading():
            await until(lambda: line.kept.parked == 1)
    tries = of(said, "reader.tries_again")
    assert [one["error"] for one in tries] == [type(error).__name__] * (TRIES - 1)
    assert all(one["frames"][-1] == type(error).__name__ for one in tries), "and each says where"
    assert len(of(said, "reader.parks_stream")) == 1
    assert holds_no_word(said)


@pytest.mark.parametrize("error", QUOTES)
async def test_v9_nor_where_the_own_log_is_read(line: Line, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_about: Incoming) -> Exception:
        return error

    line.things.fails = fails
    fetch = line.kept.fetch

    async def with_a_fact(statement: str, *given: Any) -> list[dict[str, Any]]:
        return [ROW] if "es.events" in statement and given[0] == 0 else await fetch(statement, *given)

    monkeypatch.setattr(line.kept, "fetch", with_a_fact)
    things = cast("Any", line.things)
    with capture_logs() as said:
        reads = LogReader("notes", "things", cast("Any", line.kept), Wakeup(), reaction=things, facts=things).run()
        await _until_parked(reads, line)
    tries = of(said, "log_reader.tries_again")
    assert [one["error"] for one in tries] == [type(error).__name__] * (TRIES - 1)
    assert len(of(said, "reader.parks_stream")) == 1
    assert holds_no_word(said)


async def test_v9_nor_where_a_reader_or_a_role_begins_again(line: Line) -> None:
    line.kept.trouble = KeyError(SECRET)

    async def fails() -> None:
        await asyncio.sleep(0)
        raise KeyError(SECRET)

    with capture_logs() as said:
        role = asyncio.ensure_future(keep_running("fragile", fails))
        async with line.reading():
            await until(lambda: bool(of(said, "reader.restarts") and of(said, "role.failed")))
        role.cancel()
        await asyncio.gather(role, return_exceptions=True)
    assert [one["error"] for one in of(said, "reader.restarts")] == ["KeyError"]
    assert of(said, "role.failed")[0]["frames"][-1] == "KeyError"
    assert holds_no_word(said)


def test_what_is_down_is_told_in_its_own_words() -> None:
    assert said_of(TimeoutError()) == {"error": "TimeoutError()"}
    assert said_of(Unavailable("identity does not answer")) == {"error": "Unavailable('identity does not answer')"}


async def _until_parked(reads: Awaitable[None], line: Line) -> None:
    task = asyncio.ensure_future(reads)
    await until(lambda: line.kept.parked == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
