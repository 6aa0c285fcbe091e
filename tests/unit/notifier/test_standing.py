"""What operators see of a mail: where it stands, and no more of its address than they need; and whose turn it is."""

import pytest

from services.notifier.domain.kinds import TURNS, Kind, turns
from services.notifier.domain.message import Status
from services.notifier.domain.standing import HIDDEN, Standing, masked


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("hanako.sato@example.co.jp", f"h{HIDDEN}@example.co.jp"),
        ("x@例え.jp", f"x{HIDDEN}@例え.jp"),
        ("nonsense", HIDDEN),
        ("", HIDDEN),
        ("@example.co.jp", HIDDEN),
    ],
)
def test_an_address_is_masked_but_for_its_domain(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_every_standing_is_part_of_a_state_of_tmf681() -> None:
    assert {one.status for one in Standing} == {*Status} - {Status.ABSENT}


def test_ranks_keep_their_order_and_the_kinds_of_one_rank_take_turns() -> None:
    firsts = set()
    for shift in range(6):
        order = turns(shift)
        assert sorted(order) == list(TURNS)
        assert [rank for rank, _ in order] == sorted(rank for rank, _ in order)
        assert order[0] == (0, Kind.SECURITY)
        firsts.add(next(kind for rank, kind in order if rank == TURNS[-1][0]))
    assert firsts == {Kind.ORDER_STATUS, Kind.MAINTENANCE, Kind.DIGEST}
