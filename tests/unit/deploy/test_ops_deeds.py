"""Deeds as a command: who, what, why and when, as many pages as it takes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import typer
from click.testing import Result
from typer.testing import CliRunner

from deploy.ops_deeds import DeedCommands
from deploy.ops_session import OpsSession

DEED = {
    "at": "2026-04-01T09:00:00Z",
    "userId": "019abcde-0000-7000-8000-000000000011",
    "name": "森 一郎",
    "companyId": None,
    "what": "DISCARD",
    "refused": False,
    "consumer": "users.contracts",
    "error": "Unreadable",
    "about": None,
    "streams": [],
    "reason": "a test order",
}
REFUSAL = DEED | {"name": "", "what": "opsStreams", "refused": True, "consumer": None, "error": None, "reason": ""}


class Said:
    """A session at a portal that has two pages."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def call(self, method: str, path: str) -> Any:
        assert method == "GET"
        self.asked.append(path)
        return {"items": [REFUSAL], "nextCursor": None} if "cursor" in path else {"items": [DEED], "nextCursor": "p"}


@contextmanager
def _told() -> Iterator[None]:
    yield


def run(said: Said, *words: str) -> Result:
    app = typer.Typer()
    DeedCommands(lambda: cast("OpsSession", said), _told).join(app)
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


def test_o1_deeds_and_refusals_are_listed_page_by_page() -> None:
    said = Said()
    done = json.loads(run(said, "--json").output)
    assert [one["what"] for one in done] == ["DISCARD", "opsStreams"]
    assert said.asked == ["/ops/deeds?limit=50", "/ops/deeds?limit=49&cursor=p"]


def test_o1_no_more_are_asked_for_than_are_wanted() -> None:
    said = Said()
    assert len(json.loads(run(said, "--most", "1", "--json").output)) == 1
    assert said.asked == ["/ops/deeds?limit=1"]
