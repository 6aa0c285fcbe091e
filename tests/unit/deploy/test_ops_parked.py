"""Parked streams as commands, all of them and one: what they say of what the API says."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from deploy.ops_parked import ParkedCommands
from deploy.ops_session import OpsSession

STREAM = str(UUID(int=7))
ONE = f"/ops/parked/users.contracts/{STREAM}"
OF_ONE = ("parked-stream", "users.contracts", STREAM)
NAME = "佐藤 花子"
CAME = {"error": f"KeyError('{NAME}')", "text": f'{{"name": "{NAME}"}}', "hexDump": '00000000  7b 22  |{"|'}


def parked(came: Mapping[str, str] | None) -> dict[str, Any]:
    shown = "SHOWN" if came else "MASKED"
    return {
        "consumer": "users.contracts",
        "streamId": STREAM,
        "topic": "portal.contracts.events.v1",
        "part": 3,
        "since": "2026-04-01T09:00:00Z",
        "error": "KeyError",
        "detail": "",
        "events": 1_235,
        "behind": 1_234,
        "attempts": 3,
        "eventType": "portal.contract.activated.v1",
        "source": "contracts",
        "eventId": f"{STREAM}/4",
        "bytes": 1_312,
        "payload": {"data": {"name": NAME if came else None}, "covered": [{"path": "/name", "shown": shown}]},
        "asItCame": came,
    }


class Said:
    """A session at a portal that says what a test says."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Any, ...]] = []

    def call(self, method: str, path: str) -> Any:
        self.asked.append((method, path))
        return self.answers.pop(0)

    def act(self, method: str, path: str, body: Any) -> Any:
        self.asked.append((method, path, body))
        return self.answers.pop(0)


@contextmanager
def _told() -> Iterator[None]:
    yield


def run(said: Said, *words: str) -> Result:
    app = typer.Typer()
    ParkedCommands(lambda: cast("OpsSession", said), _told).join(app)
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


def test_o1_a_parked_stream_is_said_with_its_error_its_event_and_how_many_wait_behind() -> None:
    said = Said(parked(None))
    told = run(said, *OF_ONE)
    assert told.exit_code == 0, told.output
    for words in ("error    KeyError", f"contracts {STREAM}/4", "1,234 facts wait", "/name is masked", "Say --unmask"):
        assert words in told.output
    assert "as bytes" not in told.output
    assert said.asked == [("GET", ONE)]


@pytest.mark.parametrize("error", [CAME["error"], ""])
def test_v9_a_reason_is_sent_and_shows_error_text_and_bytes(error: str) -> None:
    said = Said(parked({**CAME, "error": error}))
    told = run(said, *OF_ONE, "--unmask", "a call from the company")
    for words in (error or "Not shown", CAME["text"], CAME["hexDump"]):
        assert words in told.output
    assert said.asked == [("POST", f"{ONE}/unmasked", {"reason": "a call from the company"})]


def test_o1_as_json_it_is_what_the_api_says() -> None:
    answer = parked(None)
    assert json.loads(run(Said(answer), *OF_ONE, "--json").output) == answer


def test_o1_parked_streams_are_listed_page_by_page_and_whoever_is_silent_is_named() -> None:
    one = parked(None)
    said = Said(
        {"items": [one], "nextCursor": "p", "silent": []}, {"items": [], "nextCursor": None, "silent": ["users"]}
    )
    told = run(said, "parked", "--consumer", "users.contracts", "--json")
    assert [one["streamId"] for one in json.loads(told.stdout)] == [STREAM]
    assert told.stderr == "No answer from: users\n"
    assert said.asked == [
        ("GET", "/ops/parked?limit=100&consumer=users.contracts"),
        ("GET", "/ops/parked?limit=100&consumer=users.contracts&cursor=p"),
    ]


@pytest.mark.parametrize(("silent", "code"), [([], 0), (["users"], 1)])
def test_o1_nothing_is_parked_only_where_everybody_said_so(silent: list[str], code: int) -> None:
    told = run(Said({"items": [], "nextCursor": None, "silent": silent}), "parked", "--json")
    assert (json.loads(told.stdout), told.exit_code) == ([], code)
