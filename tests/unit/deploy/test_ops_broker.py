"""Topics and groups as commands: what they say of what the API says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from deploy.ops_broker import BrokerCommands
from deploy.ops_session import OpsSession

TOPIC = "portal.users.events.v1"
SETTING = {"name": "retention.ms", "value": "-1", "source": "TOPIC"}


def topics(in_sync: list[int], silent: list[str], size: int | None = 1_200_000) -> dict[str, Any]:
    part = {"part": 0, "leader": 1, "replicas": [1, 2, 3], "inSync": in_sync, "bytes": size}
    one = {"name": TOPIC, "replication": 3, "bytes": size, "settings": [SETTING], "parts": [part]}
    return {"items": [one], "silent": silent}


def groups(silent: list[str]) -> dict[str, Any]:
    part = {"topic": TOPIC, "part": 5, "place": 90, "end": 1_100, "lag": 1_010, "toldBy": "portal-1:4711"}
    process = {"service": "gateway", "instance": "portal-1:4711", "since": "2026-04-01T09:00:00Z"}
    member = {"clientId": "loader-1", "host": "192.0.2.1", "assigned": [{"topic": TOPIC, "parts": [0, 1]}]}
    ours = {"name": "projector", "state": "Empty", "byHand": True, "members": [], "processes": [process]}
    theirs = {"name": "warehouse", "state": "Stable", "byHand": False, "members": [member], "processes": []}
    return {"items": [{**one, "lag": 1_010, "parts": [part]} for one in (ours, theirs)], "silent": silent}


class Said:
    """A session at a portal that says what a test says."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def call(self, method: str, path: str) -> Any:
        self.asked.append((method, path))
        return self.answer


@contextmanager
def _told() -> Iterator[None]:
    yield


def run(said: Said, *words: str) -> Result:
    app = typer.Typer()
    BrokerCommands(lambda: cast("OpsSession", said), _told).join(app)
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "160"})


@pytest.mark.parametrize(
    ("in_sync", "silent", "size", "code"),
    [([1, 2, 3], [], 1_200_000, 0), ([1, 2], [], 1_200_000, 1), ([1, 2, 3], ["broker 2"], None, 1)],
)
def test_o1_topics_are_said_with_settings_and_sizes_and_it_ends_with_1_when_a_copy_is_missing(
    in_sync: list[int], silent: list[str], size: int | None, code: int
) -> None:
    said = Said(topics(in_sync, silent, size))
    done = run(said, "topics")
    assert (done.exit_code, said.asked) == (code, [("GET", "/ops/topics")])
    assert f"{TOPIC}: 1 partitions, 3 copies, " in done.output
    assert "retention.ms=-1 (topic)" in done.output
    assert ("1,200,000 bytes" if size else "not known") in done.output
    assert ("No answer from: broker 2" in done.output) is bool(silent)


def test_o1_groups_are_said_with_members_or_processes_and_their_places() -> None:
    done = run(Said(groups([])), "groups")
    assert done.exit_code == 0
    for words in (
        "projector: Empty, partitions by hand, no members at Kafka, lag 1,010",
        "gateway at portal-1:4711 since 2026-04-01T09:00:00Z: all partitions",
        "warehouse: Stable, 1 members, lag 1,010",
        f"loader-1 at 192.0.2.1: {TOPIC} 0 1",
        "1,100",
    ):
        assert words in done.output, words
    assert run(Said(groups(["users"])), "groups").exit_code == 1


@pytest.mark.parametrize(("word", "answer"), [("topics", topics([1, 2, 3], [])), ("groups", groups([]))])
def test_o1_the_same_is_said_as_json(word: str, answer: dict[str, Any]) -> None:
    assert json.loads(run(Said(answer), word, "--json").output) == answer


def test_o1_where_nobody_says_where_a_partition_ends_it_is_not_made_up() -> None:
    said = groups([])
    said["items"][0]["lag"] = None
    said["items"][0]["parts"][0] |= {"end": None, "lag": None}
    done = run(Said(said), "groups")
    assert "no members at Kafka, lag not known" in done.output
    assert done.exit_code == 1
