"""What must hold on the way to a settings site: the proof behind a code, and when keys sign."""

from datetime import UTC, datetime, timedelta

import pytest

from services.identity.application.parting import LONGEST_WAIT, kinds, wait
from services.identity.application.site_ports import AuthMethod, NoticeKind, Site
from services.identity.domain.events import EndReason
from services.identity.domain.site import KNOWN_AFTER, SIGNS_FOR, KeyTime, planned, proves, signing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def key(name: str, signs_from: datetime) -> KeyTime:
    return KeyTime(kid=name, signs_from=signs_from)


def test_n12_the_example_of_the_standard_is_proved() -> None:
    """See: RFC 7636, appendix B."""
    assert proves(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("verifier", ["", VERIFIER[:-1], VERIFIER.lower(), CHALLENGE, f"{VERIFIER}=", "x" * 129])
def test_n12_nothing_else_is(verifier: str) -> None:
    assert not proves(verifier, CHALLENGE)


def test_n12_at_the_very_start_one_key_signs_and_the_next_is_known() -> None:
    plan = planned([], NOW)
    assert plan.make == (NOW, NOW + SIGNS_FOR)
    assert plan.drop == ()


def test_n12_two_keys_need_nothing() -> None:
    assert planned([key("a", NOW), key("b", NOW + SIGNS_FOR)], NOW) == planned(
        [key("a", NOW), key("b", NOW + SIGNS_FOR)], NOW + timedelta(days=29)
    )
    assert planned([key("a", NOW), key("b", NOW + SIGNS_FOR)], NOW).make == ()


def test_n12_whose_time_has_come_signs_and_another_is_made() -> None:
    keys, then = [key("a", NOW), key("b", NOW + SIGNS_FOR)], NOW + SIGNS_FOR
    assert signing(keys, then - timedelta(seconds=1)) == keys[0]
    assert signing(keys, then) == keys[1]
    assert planned(keys, then).make == (then + SIGNS_FOR,)
    assert planned(keys, then).drop == ()
    assert planned(keys, then + KNOWN_AFTER).drop == ("a",)


def test_n12_after_a_long_sleep_the_next_key_is_still_known_before_it_signs() -> None:
    then = NOW + timedelta(days=400)
    (made,) = planned([key("a", NOW), key("b", NOW + SIGNS_FOR)], then).make
    assert made >= then + timedelta(days=1)


@pytest.mark.parametrize("reason", list(EndReason))
def test_m12_every_site_that_can_be_told_is_told_of_every_end(reason: EndReason) -> None:
    for logout, events in (("https://s/l", None), (None, "https://s/e"), ("https://s/l", "https://s/e")):
        assert kinds(_site(logout, events), reason)
    assert not kinds(_site(None, None), reason)


def test_m12_what_the_person_wished_for_is_a_logout_and_no_revocation() -> None:
    both = _site("https://s/l", "https://s/e")
    assert kinds(both, EndReason.LOGOUT) == [NoticeKind.LOGOUT]
    assert kinds(both, EndReason.SUSPENDED) == [NoticeKind.LOGOUT, NoticeKind.REVOKED]


def test_m12_a_site_that_is_away_is_asked_less_and_less_often() -> None:
    waits = [wait(tries) for tries in range(100)]
    assert waits == sorted(waits)
    assert waits[0] < timedelta(seconds=1)
    assert waits[-1] == LONGEST_WAIT


def _site(logout: str | None, events: str | None) -> Site:
    return Site(
        client_id="s", auth_method=AuthMethod.CLIENT_SECRET_BASIC, secret_hash=b"", logout_uri=logout, events_uri=events
    )
