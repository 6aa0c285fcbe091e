"""Events as a command: as many pages as it takes, and who did not answer in the end."""

import json
from contextlib import nullcontext
from typing import Any, cast

import pytest
import typer
from typer.testing import CliRunner

from deploy.ops_events import EventCommands
from deploy.ops_session import OpsSession


class Said:
    """A session at a portal whose pages are given."""

    def __init__(self, *silent: list[str]) -> None:
        self.left = list(silent)

    def call(self, _method: str, _path: str) -> Any:
        silent = self.left.pop(0)
        return {
            "items": [{"eventId": f"a/{len(self.left)}"}],
            "silent": silent,
            "nextCursor": "p" if self.left else None,
        }


@pytest.mark.parametrize(
    ("silent", "words", "code"),
    [
        ([[], []], "", 0),
        ([["users"], []], "", 0),
        ([[], ["users"]], "No answer from: users\n", 1),
    ],
)
def test_o1_who_was_silent_once_and_told_their_events_later_is_not_named(
    silent: list[list[str]], words: str, code: int
) -> None:
    app = typer.Typer()
    EventCommands(lambda: cast("OpsSession", Said(*silent)), nullcontext).join(app)
    done = CliRunner().invoke(app, ["events", "--json"])
    assert [one["eventId"] for one in json.loads(done.stdout)] == ["a/1", "a/0"]
    assert (done.stderr, done.exit_code) == (words, code)
