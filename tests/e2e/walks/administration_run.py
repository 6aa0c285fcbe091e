"""Walks of administration until so many steps were taken. Next: the test."""

import math
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from tests.e2e.walks.administration_machine import AdministrationMachine
from tests.e2e.walks.two_companies import TwoCompanies

STEPS = 50
"""Of one walk before it begins anew."""
WALKS = 40
"""Under one seed."""
SPARE = 4
"""Walks beside those that are needed: hypothesis tries some that end at once."""


def _nothing(_steps: int) -> None:
    """Tell nobody."""


def administer(
    world: TwoCompanies, steps: int, *, first: int = 1, shrinks: bool = False, tell: Callable[[int], None] = _nothing
) -> tuple[int, list[int]]:
    """Walk until so many steps were taken; return how many, and the seeds.

    Raises: what does not agree; where it *shrinks*, after minutes, by the shortest way that leads there.
    """
    taken, seeds = 0, list[int]()
    while taken < steps:
        number = first + len(seeds)
        machine = _machine(world)
        walks = min(WALKS, math.ceil((steps - taken) / STEPS) + SPARE)
        run_state_machine_as_test(seed(number)(machine), settings=_settings(walks, shrinks=shrinks))
        taken += machine.taken
        tell(machine.taken)
        seeds.append(number)
    return taken, seeds


def _machine(within: TwoCompanies) -> type[AdministrationMachine]:
    class Walk(AdministrationMachine):
        """A walk of these companies."""

        world = within
        taken = 0

    return Walk


def _settings(walks: int, *, shrinks: bool) -> settings:
    return settings(
        max_examples=walks,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
