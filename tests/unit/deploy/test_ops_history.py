"""A history as lines of text."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.ops_history import NOTHING, bars, told

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_bars_show_the_most_of_each_part_and_where_nothing_was_recorded() -> None:
    values = [
        (NOON + timedelta(minutes=number), value) for number, value in ((0, 0.0), (1, 7.0), (2, 14.0), (4, 0.001))
    ]
    assert bars(values, NOON, NOON + timedelta(minutes=5), wide=5) == f"▁▅█{NOTHING}▂"
    assert bars([], NOON, NOON + timedelta(minutes=5), wide=5) == NOTHING * 5


def test_many_values_in_one_part_count_by_the_highest() -> None:
    values = [(NOON + timedelta(seconds=number), float(number == 30)) for number in range(60)]
    assert bars(values, NOON, NOON + timedelta(minutes=2), wide=2) == f"█{NOTHING}"


def history(**changes: Any) -> dict[str, Any]:
    spread = {"least": 1.0, "mean": 2.0, "most": 3.0}
    return {
        "consumer": "users.contracts",
        "topic": "portal.contracts.events.v1",
        "since": NOON.isoformat(),
        "until": (NOON + timedelta(hours=1)).isoformat(),
        "now": {"verdict": "SLOW", "lag": 1204, "lagSeconds": 48.2, "silent": None},
        "points": [{"at": NOON.isoformat(), "lag": spread, "lagSeconds": spread, "rate": spread}],
        "verdicts": [
            {"verdict": "OK", "since": NOON.isoformat(), "until": NOON.isoformat()},
            {"verdict": "SLOW", "since": NOON.isoformat(), "until": NOON.isoformat()},
            {"verdict": None, "since": NOON.isoformat(), "until": NOON.isoformat()},
        ],
        **changes,
    }


def test_a_history_says_its_figures_how_it_stands_and_what_was_not_well() -> None:
    text = told(history())
    assert "least 1.0, mean 2.0, most 3.0" in text
    assert "SLOW, lag 1,204, 48.2 s" in text
    assert [line.split()[0] for line in text.splitlines()[-2:]] == ["SLOW", "not"]
    assert "█" in text


def test_a_reader_without_a_past_or_a_present_says_so() -> None:
    text = told(history(points=[], now=None))
    assert text.count("not recorded") == 4
    assert "not known" in text


def test_o1_where_nobody_knew_how_far_it_was_the_history_says_so() -> None:
    lost = {"at": (NOON + timedelta(minutes=30)).isoformat(), "lag": None, "lagSeconds": None, "rate": None}
    said = history()
    now = {"verdict": "UNKNOWN", "lag": None, "lagSeconds": None, "silent": "KAFKA"}
    text = told(history(points=[*said["points"], lost], now=now))
    assert "UNKNOWN, lag not known, Kafka does not answer" in text
    assert "least 1.0, mean 2.0, most 3.0" in text
    assert text.count(NOTHING) == 3 * 59
