"""How services ran: what is added up, for whom, and what the pages and the API say of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.application.access import NOTHING
from gateway.application.availability import Changes, Tally, available, days
from gateway.application.errors import ServiceUnknown
from gateway.application.service_availability import CHUNK
from gateway.projections.status_history import StatusHistoryRow
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import GROUP, NOW, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.viewers import viewer
from tests.unit.gateway.world import World

BASE = "/api/v1"
TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def ran(number: int, *changes: tuple[timedelta, str]) -> StatusHistoryRow:
    """Return how a contract ran: how long ago it began to be how."""
    return StatusHistoryRow(
        contract_id=contract(number).contract_id, changes=tuple((NOW - ago, word) for ago, word in changes)
    )


def day_by_day(changes: Changes, now: datetime, zone: ZoneInfo, count: int) -> Iterator[dict[str, float]]:
    """Return the same as Tally, by looking at each day and each span."""
    today = now.astimezone(zone).date()
    for back in range(count - 1, -1, -1):
        begin, end = (
            datetime.combine(today + timedelta(days=shift - back), datetime.min.time(), zone).timestamp()
            for shift in (0, 1)
        )
        seconds: dict[str, float] = {}
        for (at, word), (until, _) in pairwise([*changes, (now, "")]):
            inside = min(until.timestamp(), end, now.timestamp()) - max(at.timestamp(), begin)
            if inside > 0:
                seconds[word] = seconds.get(word, 0.0) + inside
        yield seconds


@settings(deadline=None)
@given(
    ago=st.lists(st.integers(min_value=0, max_value=60 * 24 * 60), max_size=12, unique=True),
    zone=st.sampled_from([TOKYO, NEW_YORK]),
    data=st.data(),
)
def test_a_tally_is_what_looking_at_each_day_finds(ago: list[int], zone: ZoneInfo, data: st.DataObject) -> None:
    now = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
    words = st.sampled_from(["NORMAL", "ABNORMAL", "UNKNOWN"])
    changes = [(now - timedelta(minutes=one), data.draw(words)) for one in sorted(ago, reverse=True)]
    found = [day.seconds for day in days(changes, now, zone, 30)]
    for one, other in zip(found, day_by_day(changes, now, zone, 30), strict=True):
        assert one == pytest.approx(other)


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    found = days([(now - timedelta(days=5), "NORMAL")], now, NEW_YORK, 2)
    assert sum(found[0].seconds.values()) == 25 * 3600


def test_several_contracts_together_count_for_what_each_of_them_ran() -> None:
    tally = Tally(NOW, TOKYO, 1)
    for changes in ([(NOW - HOUR, "NORMAL")], [(NOW - HOUR, "ABNORMAL")], [(NOW - HOUR, "UNMONITORED")]):
        tally.add(changes)
    assert available(tally.days) == pytest.approx(0.5)


async def test_s40_a_service_is_added_up_over_all_contracts_that_may_be_seen(world: World) -> None:
    world.boards.rows = [contract(1), contract(2), contract(3, service_name="vpn")]
    world.boards.histories = [
        ran(1, (2 * HOUR, "NORMAL")),
        ran(2, (2 * HOUR, "NORMAL"), (HOUR, "ABNORMAL")),
        ran(3, (2 * HOUR, "ABNORMAL")),
    ]
    shown = await world.journeys.service_availability.show(viewer(), "smart-pbx", 7)
    assert shown.contracts == 2
    assert shown.available == pytest.approx(0.75)


async def test_thousands_of_contracts_are_added_up_in_parts(world: World) -> None:
    count = CHUNK * 2 + 1
    world.boards.rows = [contract(number) for number in range(1, count + 1)]
    world.boards.histories = [ran(number, (HOUR, "NORMAL")) for number in range(1, count + 1)]
    shown = await world.journeys.service_availability.show(viewer(), "smart-pbx", 1)
    assert shown.contracts == count
    assert sum(shown.days[0].seconds.values()) == pytest.approx(count * 3600)


async def test_a_sum_serves_for_half_a_minute_who_sees_the_same_and_nobody_else(world: World) -> None:
    world.boards.rows, world.boards.histories = [contract(1)], [ran(1, (HOUR, "NORMAL"))]
    journey = world.journeys.service_availability
    first = await journey.show(viewer(), "smart-pbx", 7)
    world.boards.histories = [ran(1, (HOUR, "ABNORMAL"))]
    assert await journey.show(viewer(), "smart-pbx", 7) is first
    with pytest.raises(ServiceUnknown):
        await journey.show(viewer(access=NOTHING), "smart-pbx", 7)
    world.clock.forward(timedelta(seconds=30))
    assert (await journey.show(viewer(), "smart-pbx", 7)).available == 0


async def test_a_service_of_which_no_contract_may_be_seen_is_unknown(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    world.boards.persons[USER] = registered(groups=(GROUP,))
    granted = (("vpn", None, "VIEW"),)
    world.boards.groups[GROUP] = replace(world.boards.groups[GROUP], granted=granted)
    async with person(world) as pages, browser(world) as http:
        await enter(pages)
        await log_in(http)
        for name in ("smart-pbx", "no-such"):
            answer = await http.get(f"{BASE}/services/{name}/availability")
            assert (answer.status_code, answer.json()["code"]) == (404, "service-unknown")
            assert (await pages.get(f"/service-status/services/{name}")).status_code == 404


async def test_s40_the_api_tells_a_services_days_in_the_callers_zone(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    world.boards.histories = [ran(1, (2 * HOUR, "NORMAL"), (HOUR, "ABNORMAL")), ran(2, (2 * HOUR, "NORMAL"))]
    async with browser(world) as http:
        await log_in(http)
        told = (await http.get(f"{BASE}/services/smart-pbx/availability?days=3")).json()
        wrong = await http.get(f"{BASE}/services/smart-pbx/availability?days=0")
    assert (told["serviceName"], told["contracts"], told["timezone"]) == ("smart-pbx", 2, "Asia/Tokyo")
    assert told["available"] == pytest.approx(0.75)
    assert len(told["days"]) == 3
    assert wrong.status_code == 422


async def test_s40_the_overview_shows_each_service_with_its_days_and_leads_to_its_page(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    world.boards.histories = [ran(1, (2 * HOUR, "NORMAL"), (HOUR, "ABNORMAL")), ran(2, (2 * HOUR, "NORMAL"))]
    async with person(world) as http:
        await enter(http)
        overview = await http.get("/service-status")
        assert ("/service-status/services/smart-pbx", "75.000%") in read(overview).links
        assert "<svg" in overview.text
        assert "期間の稼働率 75.000%" in read(overview).text
        one = await http.get("/service-status/services/smart-pbx")
    assert one.status_code == 200
    assert "期間の稼働率 75.000%" in read(one).text
    assert contract(2).contract_number in read(one).text
    assert "異常 25.000%" in one.text
