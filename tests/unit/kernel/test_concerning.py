"""What is logged about a fact names it, its company and its trace, also where many are taken together."""

import asyncio
import json
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

from jsonschema import Draft202012Validator

from deploy.places import PROJECT
from kernel.application.concerning import concerned, concerning
from services.identity.consumers.users import UserReinstated, UsersReaction, UserSuspended
from tests.unit.kernel.facts_read import incoming

SCHEMA = Draft202012Validator(json.loads((PROJECT / "docs" / "log.schema.json").read_text()))
PROGRAM = """
import logging, structlog
from kernel.adapters.telemetry import trace
from kernel.adapters.telemetry.logs import configure_logs
from kernel.application.concerning import concerning
from tests.unit.kernel.facts_read import incoming

configure_logs("users")
log = structlog.get_logger("test")
log.info("before.all", password="hunter2", status_code=200, to="hanako@example.co.jp")
logging.getLogger("library").warning("a library says %s", "token eyJhbGciOi.eyJzdWIi.c2ln")
with trace.following("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"):
    log.warning("within.trace")
    with concerning(incoming(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
        log.error("within.fact")
try:
    raise ValueError("鈴木 花子")
except ValueError:
    log.exception("role.failed")
"""


def said() -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=PROJECT)  # noqa: S603
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_m8_every_line_is_as_its_schema_says_and_names_what_it_is_about() -> None:
    lines = said()
    assert [list(SCHEMA.iter_errors(line)) for line in lines] == [[]] * len(lines)
    by_event = {line["event"]: line for line in lines}
    assert by_event["within.trace"]["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    about, line = incoming(), by_event["within.fact"]
    assert (line["event_id"], line["tenant_id"]) == (about.id, str(about.tenant_id))
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert by_event["before.all"]["password"] == "[redacted]"
    assert by_event["role.failed"]["exception"] == "<string>:17 <module>\nValueError"
    assert not any(word in json.dumps(lines, ensure_ascii=False) for word in ("hanako", "鈴木", "花子"))
    assert "eyJ" not in json.dumps(lines)


def test_a12_the_schema_finds_a_line_with_a_secret_or_without_a_name() -> None:
    line = said()[0]
    for wrong in ({"reset_token": "abc"}, {"code": "123456"}, {"trace_id": "1"}, {"tenant_id": 7, "event_id": "x"}):
        assert list(SCHEMA.iter_errors({**line, **wrong})), wrong
    assert list(SCHEMA.iter_errors({name: value for name, value in line.items() if name != "service"}))


class Following:
    """Notes which fact was concerned when it was asked for something."""

    def __init__(self) -> None:
        self.seen: list[tuple[UUID, str]] = []

    async def suspended(self, user_id: UUID, _by: object) -> None:
        await self._see(user_id)

    async def reinstated(self, user_id: UUID, _by: object) -> None:
        await self._see(user_id)

    async def _see(self, user_id: UUID) -> None:
        await asyncio.sleep(0)
        about = concerned()
        self.seen.append((user_id, about.id if about else ""))


async def test_m8_a_reaction_that_takes_many_facts_together_says_which_one_it_is_at() -> None:
    following = Following()
    reaction = UsersReaction(registration=None, following=following)  # type: ignore[arg-type]
    people = [uuid4() for _ in range(5)]
    facts = [
        (kind(user_id=person), incoming(version=version, stream_id=person))
        for person in people
        for version, kind in enumerate((UserSuspended, UserReinstated), 1)
    ]
    await reaction.together(facts, None)
    assert sorted(following.seen) == sorted((about.stream_id, about.id) for _, about in facts)
    assert concerned() is None


def test_the_fact_before_is_concerned_again_afterwards() -> None:
    outer, inner = incoming(version=1), incoming(version=2)
    with concerning(outer):
        with concerning(inner):
            assert concerned() is inner
        assert concerned() is outer
