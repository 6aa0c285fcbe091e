"""The commands of operators: a log is confirmed only on purpose, and a token opens what it names."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import deploy.__main__ as commands
from deploy.operator_token import service_token
from deploy.outside import Outside
from deploy.places import Places
from deploy.plan import Plan
from deploy.ports import Ports
from kernel.adapters.http.tokens import Verifier
from kernel.adapters.settings import Secrets


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(Places(tmp_path / "state"), Ports(), Outside())


@pytest.fixture
def begun(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    async def begin(owner_url: str) -> int:
        urls.append(owner_url)
        return 2

    monkeypatch.setattr(commands, "begin_epoch", begin)
    monkeypatch.setattr(commands, "_plan", lambda: plan)
    return urls


def test_an_epoch_begins_only_when_one_says_yes(plan: Plan, begun: list[str]) -> None:
    told = CliRunner().invoke(commands.app, ["epoch", "contracts"])
    assert (told.exit_code, begun) == (1, [])
    assert "--yes" in told.output
    done = CliRunner().invoke(commands.app, ["epoch", "contracts", "--yes"])
    assert (done.exit_code, begun) == (0, [plan.databases.owner_url("contracts")])
    assert "epoch 2" in done.output


def test_only_a_service_with_a_log_has_an_epoch(begun: list[str]) -> None:
    done = CliRunner().invoke(commands.app, ["epoch", "gateway", "--yes"])
    assert (done.exit_code, begun) == (1, [])
    assert "identity" in done.output


def test_a_database_that_is_away_is_told_in_a_line(begun: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_url: str) -> int:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(commands, "begin_epoch", away)
    done = CliRunner().invoke(commands.app, ["epoch", "users", "--yes"])
    assert (done.exit_code, begun) == (1, [])
    assert "nobody there" in done.output


def test_an_operators_token_opens_one_process_alone(plan: Plan) -> None:
    token = service_token(plan, "contracts", "log:operate")
    jwks = Secrets(plan.places.secrets).jwks
    caller = Verifier(jwks, "contracts", {"operator": frozenset({"log:operate"})}).verify(token)
    assert caller.scopes == {"log:operate"}
    assert caller.subject.startswith("operator:")
