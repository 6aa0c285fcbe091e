"""The board as a command: what it says of what the API says."""

from collections.abc import Mapping
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import ops

TOPIC = "portal.contracts.events.v1"


class Said:
    """A session at a portal that says what a test says."""

    def __init__(self, *standings: Mapping[str, Any]) -> None:
        self.standings = standings

    def call(self, method: str, path: str) -> Any:
        assert (method, path) == ("GET", "/ops/streams")
        return {"items": self.standings}


def standing(service: str, silent: str | None = None, verdict: str = "OK") -> dict[str, Any]:
    figures = {"lag": None, "lagSeconds": None, "rate": None} if silent else {"lag": 1204, "lagSeconds": 4.2, "rate": 9}
    one = {"consumer": f"{service}.contracts", "topic": TOPIC, "verdict": verdict, "silent": silent, **figures}
    return {"service": service, "answers": True, "verdict": verdict, "flows": [one]}


def run(monkeypatch: pytest.MonkeyPatch, *standings: Mapping[str, Any]) -> tuple[int, str]:
    monkeypatch.setattr(ops, "_session", lambda: Said(*standings))
    monkeypatch.setattr(ops.console, "width", 200)
    done = CliRunner().invoke(ops.app, ["streams"])
    return done.exit_code, done.output


def test_o1_readers_are_said_with_their_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run(monkeypatch, standing("users"))
    assert code == 0
    assert all(words in said for words in ("users.contracts", "OK", "1,204", "4.2", "9.0"))


@pytest.mark.parametrize(
    ("silent", "words"),
    [
        ("KAFKA", "Kafka does not answer: users, notifier"),
        ("TOPIC", f"the topic is gone or nobody leads a partition: {TOPIC}"),
        ("DATABASE", "The database does not answer: users, notifier"),
        ("REDIS", "Redis does not answer: users, notifier"),
    ],
)
def test_o1_who_does_not_answer_is_said_and_what_is_not_known_is_no_0(
    monkeypatch: pytest.MonkeyPatch, silent: str, words: str
) -> None:
    unknown = [standing(name, silent, "UNKNOWN") for name in ("users", "notifier")]
    code, said = run(monkeypatch, *unknown, standing("contracts"))
    assert code == 1
    assert said.splitlines()[-1].endswith(words)
    assert said.count("not known") == 6


@pytest.mark.parametrize(("verdict", "names"), [("STALLED", "users, contracts"), ("OK", "users")])
def test_o1_a_service_whose_relay_waits_for_a_kafka_that_does_not_answer_is_named_too(
    monkeypatch: pytest.MonkeyPatch, verdict: str, names: str
) -> None:
    relay = standing("contracts", verdict=verdict)
    relay["flows"][0]["consumer"] = "contracts.relay"
    _, said = run(monkeypatch, standing("users", "KAFKA", "UNKNOWN"), relay)
    assert said.splitlines()[-1] == f"Kafka does not answer: {names}"
    _, said = run(monkeypatch, standing("users"), relay)
    assert "does not answer" not in said


def test_o3_each_topic_with_records_that_no_service_wrote_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    several = [standing(name) for name in ("users", "notifier", "contracts")]
    for one, count in zip(several, (3, 1200), strict=False):
        one["flows"][0]["foreign"] = {"count": count, "part": 4, "offset": 801, "at": "…", "reason": "no envelope"}
    several[2]["flows"][0]["foreign"] = None
    code, said = run(monkeypatch, *several)
    words = "1,200 records that no service of ours wrote were passed by; the last at 4/801: no envelope"
    assert (code, said.splitlines()[-1], said.count("no envelope")) == (0, f"{TOPIC}: {words}", 1)
