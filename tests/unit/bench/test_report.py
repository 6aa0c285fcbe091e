"""Reports as JSON, and the table that is made of them."""

from collections.abc import Sequence
from pathlib import Path

from bench.goals import GOALS
from bench.measures.registry import MEASURES
from bench.outcome import Outcome
from bench.plan import FULL, QUICK
from bench.report import Report, missed, reports
from bench.table import bound, figure, table, write_table


def report(*, quick: bool = False, emmett: Sequence[float] = (1.6, 1.4, 1.9)) -> Report:
    outcome = Outcome(
        judged={"eventsourcing": [6.5, 7.0, 6.0], "emmett": emmett},
        raw={"ours, events/s": [9000.0, 9100.5]},
        settings={"fsync": "on"},
        notes=["All write to one server."],
    )
    return Report.now("P4", outcome, {"cores": 2}, quick=quick)


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = report()
    written.write(tmp_path)
    assert reports(tmp_path)[0].judged == written.judged
    assert reports(tmp_path)[0].machine == {"cores": 2}


def test_the_table_says_each_figure_its_bounds_and_whether_they_hold() -> None:
    page = table([report(emmett=[1.4, 1.2, 1.6])])
    assert "| P4 | events/s / eventsourcing | 6.50x | 6.00x | ≥ 3x | yes | ≥ 6x | yes |" in page
    assert "| P4 | events/s / Emmett | 1.40x | 1.20x | ≥ 1.5x | **no** | ≥ 3x | no |" in page
    assert "fsync on" in page
    assert "9000, 9100.5" in page


def test_what_was_not_measured_is_said_and_is_no_miss() -> None:
    shown = report()
    assert "pgbench, 32 clients | not measured | not measured | ≥ 0.5x | - |" in table([shown])
    assert missed([shown]) == []


def test_a_missed_floor_is_found() -> None:
    assert [one.line.key for one in missed([report(emmett=[1.4, 1.2, 1.6])])] == ["emmett"]


def test_a_quick_run_says_that_it_was_one(tmp_path: Path) -> None:
    report(quick=True).write(tmp_path)
    assert "quick run" in write_table(tmp_path).read_text(encoding="utf-8")


def test_figures_keep_as_many_digits_as_help() -> None:
    assert [figure(value, "MB") for value in (61.234, 120.4, 1.234)] == ["61.2 MB", "120 MB", "1.23 MB"]
    assert bound(120, at_most=True, unit="MB") == "≤ 120 MB"
    assert bound(None, at_most=True, unit="MB") == "-"


def test_every_goal_is_measured_by_one_measurement() -> None:
    assert sorted(one.goal for one in MEASURES) == sorted(goal.name for goal in GOALS)


def test_a_full_run_has_at_least_five_rounds_and_a_quick_one_three() -> None:
    assert FULL.rounds >= 5
    assert QUICK.rounds >= 3
