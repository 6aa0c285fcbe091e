"""The sample companies: lifelike forms, played in once, and gone on with where a run was broken off."""

import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pyotp
import pytest

from deploy.demo.company import SET_UP, WAITING, Company
from deploy.demo.kept import Credentials, Kept, Played
from deploy.demo.month import Month, month
from deploy.demo.playing import setting_of
from deploy.demo.portal import DemoFailed, Mailbox, Portal
from deploy.demo.setting_up import Stage, play
from deploy.demo.staff import people
from deploy.demo.telling import told
from gateway.api.schemas.back_office import ApplicationForm
from gateway.api.schemas.facts import PlacedApplication
from gateway.api.schemas.people import NewUser
from services.contracts.api.bulk import NumberedNews, NumberedProgress
from services.contracts.api.fact_schemas import IncidentReport, MaintenancePlan, StatusReport

ALL = (WAITING, *SET_UP)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URL = "http://localhost:8080"
ANCHOR = datetime(2026, 11, 24, 9, tzinfo=UTC)


@dataclass
class FakePortal:
    """A portal that knows one link, and breaks off before a step when a test says so."""

    known: set[str] = field(default_factory=set)
    state: str = "CONFIRM"
    steps: list[str] = field(default_factory=list)
    breaks_before: str = ""
    password: str = ""
    codes: list[str] = field(default_factory=list)

    async def apply(self, form: Mapping[str, Any]) -> bool:
        new = form["applicationNumber"] not in self.known
        self.known.add(form["applicationNumber"])
        return new

    async def step(self, step: str, body: Mapping[str, str]) -> dict[str, Any]:
        assert body["token"] == "t0k3n"
        if step == self.breaks_before:
            raise DemoFailed("broken off")
        self.steps.append(step)
        match step:
            case "confirmation":
                self.state = "PASSWORD"
            case "password":
                self.state, self.password = "TOTP", body["password"]
            case "totp":
                return {"secret": SECRET}
            case "totp-confirmation":
                self.state = "DONE"
                self.codes.append(body["code"])
        return {"state": self.state}


class FakeMailbox:
    """A mailbox in which the mail lies already."""

    async def wait(self, to: str, pattern: str) -> str:
        assert "@" in to
        assert "/activate/" in pattern
        return "t0k3n"


def stage(portal: FakePortal, state: Path) -> Stage:
    return Stage(cast("Portal", portal), cast("Mailbox", FakeMailbox()), Kept(state), URL, lambda _words: None, ANCHOR)


@pytest.mark.parametrize("file", ALL)
def test_each_form_is_one_that_the_portal_takes(file: str) -> None:
    ApplicationForm.model_validate(Company.read(file).form)


def test_no_two_companies_share_a_number_or_an_address() -> None:
    forms = [Company.read(file) for file in ALL]
    numbers = Counter(contract["contractNumber"] for form in forms for contract in form.form["contracts"])
    assert max(numbers.values()) == 1
    assert len({form.number for form in forms}) == len({form.administrator["email"] for form in forms}) == len(ALL)


def test_both_second_factors_can_be_tried() -> None:
    assert {Company.read(file).administrator["secondFactor"] for file in SET_UP} == {"TOTP", "MAIL_OTP"}


async def test_played_in_again_nothing_is_done_twice(tmp_path: Path) -> None:
    portal, waiting, ready = FakePortal(), Company.read(WAITING), [Company.read(SET_UP[0])]
    first = await play(stage(portal, tmp_path), waiting, ready)
    steps = list(portal.steps)
    assert await play(stage(portal, tmp_path), waiting, ready) == first
    assert portal.steps == steps
    assert first == [Credentials(password=portal.password, totp_secret=SECRET, ready=True)]


@pytest.mark.parametrize("step", ["confirmation", "password", "totp", "totp-confirmation"])
async def test_broken_off_before_a_step_the_next_run_goes_on_there(tmp_path: Path, step: str) -> None:
    portal, company = FakePortal(breaks_before=step), Company.read(SET_UP[0])
    with pytest.raises(DemoFailed):
        await stage(portal, tmp_path).set_up(company)
    portal.breaks_before = ""
    done = await stage(portal, tmp_path).set_up(company)
    assert done == Credentials(password=portal.password, totp_secret=SECRET, ready=True)
    assert portal.steps.count("password") == portal.steps.count("totp-confirmation") == 1


async def test_the_code_of_now_is_left_for_the_first_login(tmp_path: Path) -> None:
    portal = FakePortal()
    await stage(portal, tmp_path).set_up(Company.read(SET_UP[0]))
    assert portal.codes != [pyotp.TOTP(SECRET).now()]


def test_credentials_are_for_their_owner_alone_and_stay(tmp_path: Path) -> None:
    made = Kept(tmp_path).of("jane@example.com")
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Kept(tmp_path).of("jane@example.com") == made
    assert Kept(tmp_path).of("john@example.com").password != made.password


def test_a_newcomer_is_told_how_to_get_in_and_how_to_begin() -> None:
    ready = [
        (Company.read(SET_UP[0]), Credentials(password="pw-one", totp_secret=SECRET)),
        (Company.read(SET_UP[1]), Credentials(password="pw-two")),
    ]
    lines = "\n".join(told(URL, "http://localhost:8025", Company.read(WAITING), ready))
    for words in (
        URL,
        "pw-one",
        "pw-two",
        SECRET,
        "comes by mail",
        "http://localhost:8025",
        "佐藤 花子",
        "03-5550-1234",
    ):
        assert words in lines


def month_of(file: str) -> Month:
    return month(setting_of(Company.read(file)), ANCHOR)


@pytest.mark.parametrize("file", ALL)
def test_a_month_is_the_same_in_every_run_and_made_of_reports_that_the_portal_takes(file: str) -> None:
    made = month_of(file)
    assert made == month_of(file)
    for form in made.placed:
        PlacedApplication.model_validate(form)
    for kind, rows in (
        (NumberedProgress, made.progress),
        (StatusReport, made.statuses),
        (IncidentReport, made.incidents),
        (NumberedNews, made.updates),
        (MaintenancePlan, made.maintenances),
    ):
        assert rows
        for row in rows:
            kind.model_validate(row)
            assert datetime.fromisoformat(row["occurredAt"]) <= ANCHOR or kind is MaintenancePlan


def test_months_of_two_companies_share_no_number() -> None:
    numbers = [
        Counter(one["incidentNumber"] for one in month_of(file).incidents)
        + Counter(one["maintenanceNumber"] for one in month_of(file).maintenances)
        for file in ALL
    ]
    assert max(sum(numbers, Counter[str]()).values()) == 1


def test_one_company_is_large() -> None:
    made = month_of(SET_UP[1])
    contracts = {one["contractNumber"] for form in made.placed for one in form.get("contracts", ())}
    assert len(contracts) + len(Company.read(SET_UP[1]).form["contracts"]) == 300
    assert len(made.statuses) >= 600
    assert len({one["email"] for one in people()}) == 2000
    for one in people():
        NewUser.model_validate(one)


def test_the_month_stays_where_it_was_and_is_played_once(tmp_path: Path) -> None:
    first = Played(tmp_path, ANCHOR)
    first.add("A-1")
    again = Played(tmp_path, datetime(2027, 1, 1, tzinfo=UTC))
    assert again.anchor == first.anchor == ANCHOR
    assert (again.knows("A-1"), again.knows("A-2")) == (True, False)
