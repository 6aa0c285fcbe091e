"""Visits at the stand-in: how they begin, how long they last, how they end."""

import sqlite3
from pathlib import Path

import pytest

from deploy.settings_site.database import open_database
from deploy.settings_site.settings import Settings, Wrong
from deploy.settings_site.visits import IDLE_SECONDS, LONGEST_SECONDS, Visits

KNOWN = {
    "sid": "s-1",
    "sub": "p-1",
    "name": "佐藤 花子",
    "company": "株式会社さくら商事",
    "contract_id": "c-1",
    "contract_number": "N000000001",
    "service": "smart-pbx",
    "language": "ja",
    "access_token": "a-token",
    "id_token": "an.id.token",
}


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visits(tmp_path: Path, clock: Clock) -> Visits:
    return Visits(open_database(tmp_path / "site.sqlite"), clock)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(open_database(tmp_path / "settings.sqlite"))
    made.open("c-1", ["8001", "8002"], ["050-5555-0101"])
    made.open("c-2", [], [])
    return made


def began(visits: Visits, **changes: str) -> str:
    token = visits.begin(**KNOWN | changes)
    assert token is not None
    return token


def test_a_visit_is_over_when_nobody_uses_it_and_at_its_end_however_busy(visits: Visits, clock: Clock) -> None:
    idle, busy = began(visits), began(visits)
    for _ in range(3):
        clock.time += IDLE_SECONDS / 2
        assert visits.find(busy)
    assert visits.find(idle) is None
    clock.time += LONGEST_SECONDS / 4
    assert visits.find(busy) is None


def test_m12_an_end_that_is_told_before_the_browser_comes_back_holds(visits: Visits) -> None:
    visits.end_session("s-1", "LOGOUT")
    assert visits.begin(**KNOWN) is None
    assert visits.begin(**KNOWN | {"sid": "s-2"})


def test_m12_an_end_ends_all_visits_of_the_session_and_no_others(visits: Visits) -> None:
    first, second, other = began(visits), began(visits, contract_id="c-2"), began(visits, sid="s-2")
    visits.end_session("s-1", "REVOKED")
    assert visits.find(first) is None
    assert visits.find(second) is None
    assert visits.was_ended(second)
    assert visits.find(other)
    assert not visits.was_ended(other)
    assert visits.ended("s-1") == "REVOKED"


def test_a_token_is_not_kept_as_it_is(visits: Visits, tmp_path: Path) -> None:
    token = began(visits)
    assert all(token.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_the_portal_is_asked_again_after_a_while(visits: Visits, clock: Clock) -> None:
    token = began(visits)
    clock.time += 61
    visit = visits.find(token)
    assert visit is not None
    assert visits.is_to_be_asked_about(visit)
    visits.asked(token)
    again = visits.find(token)
    assert again is not None
    assert not visits.is_to_be_asked_about(again)


def test_a_contract_begins_with_what_it_holds_and_what_was_set_stays(settings: Settings) -> None:
    settings.add_extension("c-1", "8001", "受付")
    settings.open("c-1", ["8001", "8003"], ["050-5555-0102"])
    assert [(one.number, one.name) for one in settings.extensions("c-1")] == [("8001", "受付"), ("8002", "")]
    assert [one.number for one in settings.numbers("c-1")] == ["050-5555-0101", "050-5555-0102"]
    assert len(settings.extensions("c-2")) == 3


def test_an_extension_that_goes_takes_what_leads_to_it(settings: Settings) -> None:
    settings.assign("c-1", "050-5555-0101", "8001")
    settings.forward("c-1", "8001", "BUSY", "03-1234-5678")
    settings.remove_extension("c-1", "8001")
    assert [one.extension for one in settings.numbers("c-1")] == [None]
    assert [one.number for one in settings.extensions("c-1")] == ["8002"]


@pytest.mark.parametrize("number", ["", "12", "1234567", "12a4", "\uff11\uff12\uff13\uff14"])
def test_an_extension_has_three_to_six_digits(settings: Settings, number: str) -> None:
    with pytest.raises(Wrong):
        settings.add_extension("c-1", number, "")


def test_what_fails_half_way_changes_nothing(settings: Settings) -> None:
    before = settings.extensions("c-1"), settings.numbers("c-1")
    with pytest.raises(sqlite3.Error):
        settings.open("c-1", [], ["050-5555-0109", object()])  # type: ignore[list-item]
    assert (settings.extensions("c-1"), settings.numbers("c-1")) == before


def test_nothing_is_set_for_what_is_of_another_contract(settings: Settings) -> None:
    for wrong in (
        lambda: settings.assign("c-2", "050-5555-0101", ""),
        lambda: settings.assign("c-1", "050-5555-0101", "1001"),
        lambda: settings.forward("c-2", "8001", "ALWAYS", "8002"),
        lambda: settings.forward("c-1", "8001", "SOMETIMES", "8002"),
        lambda: settings.forward("c-1", "8001", "ALWAYS", "somewhere"),
        lambda: settings.add_extension("c-1", "8005", "x" * 41),
    ):
        with pytest.raises(Wrong):
            wrong()
