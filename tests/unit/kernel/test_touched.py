"""What is known of when something was touched last."""

from kernel.application.touched import Touched


def test_only_what_was_touched_after_the_mark_counts() -> None:
    touched = Touched()
    touched.took(["one"])
    mark = touched.mark
    assert touched.untouched(mark, ["one", "two"])
    touched.took(["two"])
    assert touched.untouched(mark, ["one"])
    assert not touched.untouched(mark, ["one", "two"])
    assert touched.untouched(touched.mark, ["one", "two"])


def test_where_changes_were_missed_everything_may_have_been_touched() -> None:
    touched = Touched()
    mark = touched.mark
    touched.lost()
    assert not touched.untouched(mark, ["one"])
    assert touched.untouched(touched.mark, ["one"])


def test_a_key_that_is_forgotten_is_never_taken_for_an_untouched_one() -> None:
    touched = Touched(most=2)
    before = touched.mark
    touched.took(["one"])
    after = touched.mark
    touched.took(["two", "three"])
    assert not touched.untouched(before, ["one"]), "it was touched, and that is no longer remembered"
    assert touched.untouched(after, ["one"])
    assert not touched.untouched(after, ["two"])
