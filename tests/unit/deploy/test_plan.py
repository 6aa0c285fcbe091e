"""What each service is told, and what it is not."""

from pathlib import Path

import pytest

from deploy.outside import Outside
from deploy.places import Places
from deploy.plan import Plan
from deploy.ports import Ports


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(Places(tmp_path / "state"), Ports())


def test_a_service_knows_its_own_database_and_nobody_elses(plan: Plan) -> None:
    told = " ".join(plan.environment("identity").values())
    assert plan.passwords.of("postgres identity") in told
    for other in ("users", "contracts", "notifier", "identity_owner", "keys_owner", "gateway"):
        assert plan.passwords.of(f"postgres {other}") not in told
    assert plan.passwords.of("postgres") not in told


def test_the_gateway_has_no_database_of_its_own(plan: Plan) -> None:
    assert "PORTAL_POSTGRES_URL" not in plan.environment("gateway")
    assert "PORTAL_KEYS_URL" in plan.environment("gateway")


def test_a_server_that_is_given_is_not_started(plan: Plan) -> None:
    assert [part.name for part in plan.servers()] == ["postgres", "kafka", "redis", "mailbox", "settings-site"]
    outside = Outside(kafka="k:9092", smtp="smtp://mail:25", sites="/etc/portal/sites")
    given = Plan(plan.places, plan.ports, outside)
    assert [part.name for part in given.servers()] == ["postgres", "redis"]
    assert given.environment("gateway")["PORTAL_SITES_DIR"] == "/etc/portal/sites"
    assert given.environment("notifier")["PORTAL_SMTP_URL"] == "smtp://mail:25"
    assert given.environment("users")["PORTAL_KAFKA_BOOTSTRAP"] == "k:9092"


def test_a_second_stack_speaks_to_itself_only(plan: Plan) -> None:
    second = Plan(plan.places, Ports.moved(100))
    assert second.environment("gateway")["PORTAL_IDENTITY_URL"] == "http://127.0.0.1:8201"
    assert second.public_url == "http://localhost:8180"
