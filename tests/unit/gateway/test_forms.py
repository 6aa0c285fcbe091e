"""Form tokens before there is a session, and the languages."""

from datetime import timedelta

import pytest

from gateway.application.forms import LIFE, FormGuard
from gateway.application.freshness import asked_wait
from gateway.application.language import preferred
from tests.unit.gateway.fakes import Clock


def guard(clock: Clock | None = None, key: bytes = b"k" * 32) -> FormGuard:
    return FormGuard(key=key, now=clock or Clock())


def test_a_form_token_is_good_for_the_browser_it_was_made_for() -> None:
    assert guard().accepts("cookie", guard().token("cookie"))


def test_another_browsers_form_token_is_refused() -> None:
    assert not guard().accepts("another", guard().token("cookie"))


def test_a_form_token_signed_with_another_key_is_refused() -> None:
    assert not guard().accepts("cookie", guard(key=b"x" * 32).token("cookie"))


def test_a_form_token_gets_old() -> None:
    clock = Clock()
    token = guard(clock).token("cookie")
    clock.forward(timedelta(seconds=LIFE))
    assert guard(clock).accepts("cookie", token)
    clock.forward(timedelta(seconds=1))
    assert not guard(clock).accepts("cookie", token)


@pytest.mark.parametrize("token", ["", "x", "日本語", "=" * 9, "A" * 60])
def test_a_made_up_form_token_is_refused(token: str) -> None:
    assert not guard().accepts("cookie", token)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ja"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("ja,en;q=0.8", "ja"),
        ("fr,en;q=0.5,ja;q=0.4", "en"),
        ("fr, de", "ja"),
        ("en;q=0, ja;q=0.1", "ja"),
        ("en;q=x,ja", "ja"),
        ("*", "ja"),
    ],
)
def test_the_browsers_favourite_of_our_languages_is_taken(header: str, language: str) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=2", 2.0),
        ("respond-async, wait=5", 5.0),
        ("wait=9999", 10.0),
        ("", None),
        ("wait=-1", None),
        ("awaits=2", None),
    ],
)
def test_prefer_wait_is_read_within_bounds(header: str, seconds: float | None) -> None:
    assert asked_wait(header) == seconds
