"""Which measurement belongs to which goal, in the order in which they are taken: the quiet ones first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.lab import Lab
from bench.measures import administration, append, console, copying, dashboard, events, footprint, logins, unwatched
from bench.outcome import Outcome
from bench.plan import Plan
from deploy.services import NAMES


@dataclass(frozen=True, slots=True)
class Measure:
    """How a goal is measured."""

    goal: str
    run: Callable[[Lab, Callable[[], None]], Awaitable[Outcome]]
    """Takes where to measure, and what to call after each step."""
    steps: Callable[[Plan], int]
    """How many steps that will be."""


MEASURES = (
    Measure("P4", append.single, lambda plan: 4 * plan.rounds),
    Measure("P5", append.batched, lambda plan: 3 * plan.rounds),
    Measure("P7", dashboard.until_seen, lambda plan: 2 * plan.rounds),
    Measure("P8", dashboard.reads, lambda plan: 4 * plan.rounds),
    Measure("P2", logins.logins, lambda plan: 2 * plan.rounds),
    Measure("P3", logins.overload, lambda plan: 3 * plan.rounds),
    Measure("P9", administration.administering, lambda plan: plan.rounds),
    Measure("P11", copying.copying, lambda plan: 6 * plan.rounds),
    Measure("P13", events.searched, lambda plan: 3 * plan.rounds),
    Measure("O3", console.visible, lambda plan: plan.rounds),
    Measure("O6", unwatched.unwatched, lambda plan: 2 * plan.rounds),
    Measure("P12", footprint.footprint, lambda plan: len(NAMES) * plan.rounds + 1),
)
