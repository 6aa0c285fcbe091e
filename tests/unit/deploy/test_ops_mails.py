"""Mails as commands: how mail stands, and what happened to one, of what the API says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import typer
from click.testing import Result
from typer.testing import CliRunner

from deploy.ops_mails import MailCommands
from deploy.ops_session import OpsSession

MAIL = str(UUID(int=9))
ONE = f"/ops/mails/messages/{MAIL}"
NOW = {
    "queue": [],
    "pauses": [{"kind": "FAULT", "since": "2026-04-01T09:00:00Z", "reason": "a new mail server"}],
    "outcomes": [{"kind": "SECURITY", "fact": "message.bounced", "mails": 1_204}],
}
LIFE = {"mail": {"messageId": MAIL, "receiver": "h***@example.com"}, "facts": [{"type": "message.deferred"}]}
RECEIVER = {"name": "佐藤 花子", "email": "hanako@example.com"}


class Said:
    """A session at a portal that says what a test says, by its path."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def call(self, method: str, path: str) -> Any:
        self.asked.append((method, path))
        return {"/ops/mails/now": NOW, ONE: LIFE}.get(path, {"items": [], "nextCursor": None})

    def act(self, method: str, path: str, body: Any) -> Any:
        self.asked.append((method, path, body))
        return RECEIVER


@contextmanager
def _told() -> Iterator[None]:
    yield


def run(said: Said, *words: str) -> Result:
    app = typer.Typer()
    MailCommands(lambda: cast("OpsSession", said), _told).join(app)
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


def test_m11_how_mail_stands_is_said_with_the_last_days_outcomes_and_its_pauses() -> None:
    told = run(Said(), "mails")
    assert told.exit_code == 1, "a pause lasts"
    for words in ("message.bounced", "1,204", "FAULT is paused", "a new mail server"):
        assert words in told.output


def test_o1_one_mail_is_said_with_all_that_happened_to_it() -> None:
    said = Said()
    assert json.loads(run(said, "mail", MAIL).output) == LIFE
    assert said.asked == [("GET", ONE)]


def test_v9_an_address_is_said_to_who_gives_a_reason() -> None:
    said = Said()
    assert json.loads(run(said, "mail", MAIL, "--show-address", "a call").output)["receiver"] == RECEIVER
    assert said.asked == [("GET", ONE), ("POST", f"{ONE}/receiver", {"reason": "a call"})]
