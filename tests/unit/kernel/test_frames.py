"""The way to an error is told without a word that may be somebody's."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from kernel.adapters.codec import Facts
from kernel.adapters.kafka.topics import Part
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.plan import Planner
from kernel.application.consume import Delivery, Incoming
from kernel.application.frames import MOST, frames
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unreadable
from kernel.domain.reads import reads

SECRET = "佐藤 花子 hanako@example.co.jp"


@reads("portal.thing.named.v1")
class Named:
    """Somebody has a name."""

    name: str


def look_up(name: str) -> None:
    known: dict[str, str] = {}
    known[name]


def refuse(name: str) -> None:
    try:
        look_up(name)
    except KeyError as missing:
        raise Unreadable(f"{name} is not known") from missing


def deep(left: int) -> None:
    if not left:
        raise ValueError(SECRET)
    deep(left - 1)


def test_v9_an_error_is_told_by_files_lines_functions_and_kinds_alone() -> None:
    with pytest.raises(Unreadable) as raised:
        refuse(SECRET)
    told = frames(raised.value)
    here = "tests/unit/kernel/test_frames.py"
    lines = [line.rpartition(":") for line in told]
    assert [(file, rest.split()[-1]) for file, _, rest in lines] == [
        (here, "refuse"),
        (here, "look_up"),
        ("", "KeyError"),
        (here, "test_v9_an_error_is_told_by_files_lines_functions_and_kinds_alone"),
        (here, "refuse"),
        ("", "Unreadable"),
    ]
    assert not any(word in line for line in told for word in SECRET.split())
    assert all(rest.split()[0].isdigit() for file, _, rest in lines if file)


def test_of_a_long_way_the_end_is_told() -> None:
    with pytest.raises(ValueError, match="花子") as raised:
        deep(3 * MOST)
    told = frames(raised.value)
    assert len(told) == MOST + 1
    assert told[-1] == "ValueError"
    assert told[-2].endswith(" deep")


def test_errors_that_name_each_other_have_an_end() -> None:
    one, other = ValueError(SECRET), KeyError(SECRET)
    one.__cause__, other.__cause__ = other, one
    assert frames(one) == ["KeyError", "ValueError"]


async def test_v9_the_log_tells_the_way_to_the_error_for_which_a_projector_parks_a_stream() -> None:
    model: ReadModel[Any] = ReadModel(name="who", row=dict, reads=(Named,), key=lambda *_: "all", evolve=_mistaken)
    planner = Planner(_Empty(), Generation([model]), Facts([Named], None))  # type: ignore[arg-type]
    delivery = Delivery(1, _about(f'{{"name": "{SECRET}"}}'.encode()))
    with capture_logs() as said:
        plan = await planner.plan({Part("t", 0): [delivery]}, Checkpoint(), set())
    assert len(plan.parked) == 1
    (told,) = [one for one in said if one["event"] == "projector.parks_stream"]
    assert told["error"] == "KeyError"
    assert told["frames"][-1] == "KeyError"
    assert told["frames"][-3].endswith(" _mistaken")
    assert not any(word in str(said) for word in SECRET.split()), "in no line, not in this one alone"


def _mistaken(_row: Any, fact: Named, _about: Any) -> None:
    look_up(fact.name)


def _about(data: bytes) -> Incoming:
    return Incoming(
        type="portal.thing.named.v1",
        stream_id=uuid4(),
        version=1,
        tenant_id=uuid4(),
        source="things",
        partition=0,
        position=1,
        previous=0,
        epoch=1,
        recorded_at=datetime(2026, 4, 1, tzinfo=UTC),
        correlation_id=uuid4(),
        causation_id=None,
        traceparent=None,
        data=data,
    )


class _Empty:
    """A Redis without rows."""

    def register_script(self, _script: str) -> Any:
        async def get(keys: list[str]) -> list[bytes]:
            return [b""] * len(keys)

        return get
