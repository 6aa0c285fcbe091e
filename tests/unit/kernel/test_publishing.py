"""The relay's rules one by one."""

from dataclasses import dataclass

import pytest

from kernel.application.publishing import Cursor, LogRestored, NotDense, Tail, link, lost, resume, rewind, taken


@dataclass(frozen=True)
class Fact:
    position: int
    partition: int = 0
    public: bool = True


def test_each_link_names_the_public_fact_before_it_in_its_partition() -> None:
    facts = [Fact(1), Fact(2, 1), Fact(3, public=False), Fact(4), Fact(5, 1)]
    links, cursor = link(facts, Cursor(0, (0, 0)))
    assert [(one.fact.position, one.previous) for one in links] == [(1, 0), (2, 0), (4, 1), (5, 2)]
    assert cursor == Cursor(5, (4, 5))


def test_the_links_do_not_depend_on_where_the_relay_starts() -> None:
    facts = [Fact(number, number % 2) for number in range(1, 9)]
    whole, _ = link(facts, Cursor(0, (0, 0)))
    later, _ = link(facts[4:], Cursor(4, (4, 3)))
    assert later == whole[4:]


def test_what_a_partition_has_already_is_not_sent_to_it_again_when_another_one_is_rewound() -> None:
    facts = [Fact(number, number % 2) for number in range(1, 9)]
    links, _ = link(facts, Cursor(0, (8, 0)))
    assert [one.fact.position for one in links] == [1, 3, 5, 7]


@pytest.mark.parametrize(
    ("kept", "then"), [({}, []), ({0: 1}, [1]), ({1: 4}, [2, 4, 6, 8]), ({0: 2, 1: 4}, [1, 2, 3, 4, 6, 8])]
)
def test_of_a_window_that_was_cut_only_what_was_not_taken_is_sent_again_with_the_same_links(
    kept: dict[int, int], then: list[int]
) -> None:
    facts = [Fact(number, 1 - number % 2) for number in range(1, 9)]
    links, ahead = link(facts, Cursor(0, (0, 0)))
    cursor = taken(links, Cursor(0, (0, 0)), kept)
    rest, end = link(facts[cursor.position :], cursor)
    assert rest == [one for one in links if one.fact.position not in then]
    assert end == ahead
    assert cursor.position == rest[0].fact.position - 1


def test_a_hole_in_the_log_stops_the_relay() -> None:
    with pytest.raises(NotDense):
        link([Fact(1), Fact(3)], Cursor(0, (0,)))


def test_a_topic_that_lost_its_tail_is_sent_again_from_what_it_still_has() -> None:
    saved = Cursor(90, (80, 90))
    assert resume(saved, [Tail(1, 80), Tail(1, 70)], epoch=1, head=100) == Cursor(70, (80, 70))
    assert resume(saved, [Tail(), Tail()], epoch=1, head=100) == Cursor(0, (0, 0))
    assert resume(saved, [Tail(1, 95), Tail(1, 90)], epoch=1, head=100) == saved


def test_a_new_epoch_is_published_from_the_first_fact() -> None:
    assert resume(Cursor(90, (80, 90)), [Tail(1, 200), Tail(2, 30)], epoch=2, head=95) == Cursor(0, (0, 30))


@pytest.mark.parametrize("tail", [Tail(1, 101), Tail(2, 1)])
def test_a_topic_that_knows_more_than_the_log_stops_the_relay(tail: Tail) -> None:
    with pytest.raises(LogRestored):
        resume(Cursor(90, (90,)), [tail], epoch=1, head=100)


def test_a_relay_ahead_of_its_log_stops() -> None:
    with pytest.raises(LogRestored):
        resume(Cursor(101, (90,)), [Tail(1, 90)], epoch=1, head=100)


def test_asking_for_more_than_was_sent_changes_nothing() -> None:
    assert rewind(Cursor(90, (80, 90)), 0, 85) == Cursor(80, (80, 90))
    assert rewind(Cursor(90, (80, 90)), 1, 40) == Cursor(40, (80, 40))


def test_offsets_that_go_back_tell_of_a_topic_made_anew() -> None:
    assert lost({0: 12, 1: 3}, {0: 11, 1: 7}) == [1]
    assert lost({0: 0}, {}) == []
