"""The sample companies: lifelike forms, played in once, and gone on with where a run was broken off."""

import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pyotp
import pytest

from deploy.demo.company import SET_UP, WAITING, Company
from deploy.demo.kept import Credentials, Kept
from deploy.demo.portal import DemoFailed, Mailbox, Portal
from deploy.demo.setting_up import Stage, play
from deploy.demo.telling import told
from gateway.api.schemas.back_office import ApplicationForm

ALL = (WAITING, *SET_UP)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URL = "http://localhost:8080"


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
    return Stage(cast("Portal", portal), cast("Mailbox", FakeMailbox()), Kept(state), URL, lambda _words: None)


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
