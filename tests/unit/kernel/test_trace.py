"""The trace of what is being done, where a loop does one thing after another."""

import pytest

from kernel.adapters.telemetry import trace

CLICK = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_what_follows_a_click_has_its_trace_and_a_span_of_its_own() -> None:
    with trace.following(CLICK):
        assert trace.trace_id() == "4bf92f3577b34da6a3ce929d0e0e4736"
        assert trace.current() != CLICK


def test_the_trace_before_is_back_afterwards_even_after_a_failure() -> None:
    trace.enter(OTHER)
    before = trace.current()
    with pytest.raises(ValueError, match="broken"), trace.following(CLICK):
        raise ValueError("broken")
    assert trace.current() == before


@pytest.mark.parametrize("nothing", [None, "", "00-zz-zz-01"])
def test_without_a_readable_trace_a_new_one_begins(nothing: str | None) -> None:
    with trace.following(nothing):
        assert trace.trace_id() not in (None, "4bf92f3577b34da6a3ce929d0e0e4736")
