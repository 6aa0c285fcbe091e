"""How long and how often is measured. Next stop: lab.py, where it is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The size of a run."""

    rounds: int
    seconds: float
    """How long each contestant works in a round."""
    logins_seconds: float
    """The same for logins, which take a person each."""
    people: int
    """A code is good once in 30 seconds, so a round of logins takes as many people as it has logins."""
    streams: int
    """How many browsers listen while changes are timed."""
    crowd: int
    """How many people the very large company has."""
    groups: int
    """And how many groups."""
    contracts: int
    """And how many contracts."""
    events: int
    """How many events operators search."""
    asks: int
    """How often each thing is asked for in a round, where one after the other is timed."""
    quick: bool


FULL = Plan(
    rounds=5,
    seconds=5,
    logins_seconds=8,
    people=1500,
    streams=40,
    crowd=50_000,
    groups=500,
    contracts=5000,
    events=1_000_000,
    asks=60,
    quick=False,
)
"""Three quarters of an hour on two cores; its figures count."""

QUICK = Plan(
    rounds=3,
    seconds=1.5,
    logins_seconds=2,
    people=200,
    streams=10,
    crowd=2_000,
    groups=50,
    contracts=300,
    events=40_000,
    asks=20,
    quick=True,
)
"""A few minutes: shows that everything works, and says little about speed."""
