"""How a reader stands, as a test says it."""

from dataclasses import replace
from typing import Any

from kernel.application.flowing import Verdict
from kernel.application.watching import Flow, FlowPart, Foreign, Silent
from tests.unit.gateway.fakes import NOW

NAME = ("users.contracts", "portal.contracts.events.v1")


def flow(lag: int = 0, head: int = 100, **changes: Any) -> Flow:
    """Return a reader of one partition."""
    said: dict[str, Any] = {
        "consumer": NAME[0],
        "topic": NAME[1],
        "lag": lag,
        "lag_seconds": lag / 10,
        "rate": 5.0,
        "verdict": Verdict.OK,
        "since": NOW,
        "parts": (FlowPart(part=0, place=head - lag, head=head, lag=lag, verdict=Verdict.OK),),
    }
    return Flow(**said | changes)


def unseen(silent: Silent = Silent.KAFKA, verdict: Verdict = Verdict.UNKNOWN, head: int = 100, **changes: Any) -> Flow:
    """Return a reader of which nobody says how far it is behind."""
    part = FlowPart(part=0, place=head - 7, head=head, lag=None, verdict=verdict, silent=silent)
    known = flow(0, head, parts=(part,), verdict=verdict, **changes)
    return replace(known, lag=None, lag_seconds=None, rate=None, silent=silent)


def foreign(count: int = 12, offset: int = 801) -> Foreign:
    """Return records of somebody else that a reader passed by."""
    return Foreign(count=count, part=4, offset=offset, at=NOW, reason="not an envelope of ours: 'ce_type' is missing")
