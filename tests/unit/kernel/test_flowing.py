"""Verdicts over a window: thirty made-up lags, none of them a false alarm, each fault found within a minute."""

import random
from collections.abc import Callable

import pytest

from kernel.application.flowing import WINDOW, Sample, Verdict, judge, rate, worst
from kernel.application.watching import APART_SECONDS

MINUTE = int(60 / APART_SECONDS)
Story = Callable[[int], tuple[int, int, int]]
"""Place, head and tries at each sample."""


def told(story: Story, length: int = 60) -> list[Verdict]:
    """Return the verdict at every sample of a story."""
    samples = [Sample(number * APART_SECONDS, *story(number)) for number in range(length)]
    return [judge(samples[: number + 1]) for number in range(length)]


def jittery(seed: int, most: int) -> Story:
    """A reader under load that is always a little behind and always catches up."""
    dice = random.Random(seed)  # noqa: S311 - a story that can be told again
    behind = [dice.randint(1, most) for _ in range(100)]
    return lambda n: (n * 400 + 1000 - behind[n], n * 400 + 1000, 0)


def bursts(size: int, every: int, eaten: int) -> Story:
    """Nothing, then *size* facts at once, of which the reader eats *eaten* between two samples."""

    def story(n: int) -> tuple[int, int, int]:
        place = head = 0
        for at in range(n + 1):
            place = min(head, place + eaten)
            head += size if at % every == 0 else 0
        return place, head, 0

    return story


FINE: dict[str, Story] = {
    "an idle topic": lambda _: (500, 500, 0),
    "an empty topic": lambda _: (0, 0, 0),
    "an idle topic that is tried again": lambda n: (500, 500, n),
    "always just there": lambda n: (n * 100, n * 100, 0),
    "one behind for ever, but moving": lambda n: (n * 100, n * 100 + 1, 0),
    "a constant lag of a second under load": lambda n: (n * 400, n * 400 + 100, 0),
    "a large constant lag that is eaten within the window": lambda n: (n * 400, n * 400 + 3000, 0),
    "catching up from the first fact": lambda n: (n * 1000, 100_000 + n * 10, 0),
    "catching up slowly": lambda n: (n * 30, 5000 + n * 20, 0),
    "a topic that was cut off": lambda n: (1000, 10 + n, 0),
    "a fact now and then": lambda n: (n // 7, n // 7, 0),
    "a fact that is applied at the next look": lambda n: ((n - 1) // 3, n // 3, 0),
    **{f"under load {seed}": jittery(seed, most) for seed, most in enumerate((2, 30, 300, 390))},
    **{
        f"bursts of {size}": bursts(size, every, eaten)
        for size, every, eaten in ((50, 3, 40), (900, 10, 100), (5, 1, 6))
    },
}


@pytest.mark.parametrize("name", FINE)
def test_o5_what_flows_is_no_alarm(name: str) -> None:
    assert set(told(FINE[name])) == {Verdict.OK}


BROKEN_AT = 20
STUCK = (BROKEN_AT - 1) * 100
BROKEN: dict[str, tuple[Story, Verdict]] = {
    "a hung reaction": (lambda n: (min(n * 100, STUCK), n * 100, 0), Verdict.STOPPED),
    "a process that ended": (lambda n: (min(n * 10, STUCK // 10), n * 10, 0), Verdict.STOPPED),
    "ended with one fact waiting": (lambda n: (10, 10 + (n >= BROKEN_AT), 0), Verdict.STOPPED),
    "ended while little comes": (lambda n: (10, 10 + max(0, n - BROKEN_AT + 5) // 5, 0), Verdict.STOPPED),
    "a database that is away": (lambda n: (min(n * 100, STUCK), n * 100, max(0, n - BROKEN_AT)), Verdict.STALLED),
    "one fact tried again for ever": (lambda n: (7, 7 + (n >= BROKEN_AT), n), Verdict.STALLED),
    "tried with long waits": (lambda n: (7, 7 + (n >= BROKEN_AT), n // 8), Verdict.STALLED),
    "half as quick as what comes": (lambda n: (min(n, 20) * 200 + max(0, n - 20) * 100, n * 200, 0), Verdict.SLOW),
    "hardly moving": (lambda n: (min(n, 20) * 200 + max(0, n - 20), n * 200, 0), Verdict.SLOW),
    "slow and tried again": (lambda n: (min(n, 20) * 200 + max(0, n - 20) * 10, n * 200, n), Verdict.SLOW),
    "a burst that it hardly eats": (
        lambda n: (n, n if n < BROKEN_AT else n + 5000 + (n - BROKEN_AT) * 20, 0),
        Verdict.SLOW,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_o5_what_does_not_flow_is_found_within_a_minute_and_not_before_it_broke(name: str) -> None:
    story, expected = BROKEN[name]
    verdicts = told(story)
    assert set(verdicts[:BROKEN_AT]) == {Verdict.OK}
    assert verdicts[BROKEN_AT + MINUTE - 1] is expected
    assert verdicts[-1] is expected


def test_there_are_thirty_stories() -> None:
    assert len(FINE) + len(BROKEN) >= 30


def test_a_window_that_is_not_full_tells_nothing() -> None:
    assert judge([Sample(float(number), 0, 5) for number in range(WINDOW - 1)]) is Verdict.OK


def test_of_several_partitions_the_worst_counts() -> None:
    assert worst([Verdict.OK, Verdict.STOPPED, Verdict.SLOW]) is Verdict.STOPPED
    assert worst([]) is Verdict.OK


def test_the_rate_is_that_of_the_window() -> None:
    assert rate([Sample(float(number), number * 50, 0) for number in range(30)]) == 50
    assert rate([Sample(1, 50, 50)]) == 0
