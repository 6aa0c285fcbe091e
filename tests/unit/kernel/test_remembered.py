"""What a projector remembers of the rows that it wrote last."""

from kernel.adapters.redis.remembered import Remembered

ROW = b"r" * 800


def test_a_row_is_remembered_as_it_was_taken_last_also_when_there_is_none() -> None:
    kept = Remembered()
    kept.take({("board", "1"): b"old", ("board", "2"): b"row"})
    kept.take({("board", "1"): b"new", ("board", "2"): None})
    assert kept.of([("board", "1"), ("board", "2"), ("board", "3")]) == {("board", "1"): b"new", ("board", "2"): None}


def test_of_too_many_rows_those_go_that_were_used_longest_ago() -> None:
    kept = Remembered(most=3_000)
    kept.take({("board", str(number)): ROW for number in range(3)})
    kept.of([("board", "0")])
    kept.take({("board", "3"): ROW})
    assert set(kept.of([("board", str(number)) for number in range(4)])) == {
        ("board", "0"),
        ("board", "2"),
        ("board", "3"),
    }


def test_a_row_that_changes_again_and_again_takes_its_room_once() -> None:
    kept = Remembered(most=3_000)
    for _ in range(100):
        kept.take({("board", "1"): ROW})
    kept.take({("board", "2"): ROW})
    assert set(kept.of([("board", "1"), ("board", "2")])) == {("board", "1"), ("board", "2")}


def test_what_is_forgotten_is_asked_for_again() -> None:
    kept = Remembered()
    kept.take({("board", "1"): ROW})
    kept.forget()
    assert kept.of([("board", "1")]) == {}
    kept.take({("board", "1"): ROW})
    assert kept.of([("board", "1")]) == {("board", "1"): ROW}
