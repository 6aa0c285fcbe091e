"""What a reader reads, passes by or has parked, and which errors pass by themselves."""

import pytest

from kernel.application.chain import Place
from kernel.application.consume import lasting, passing, wanted
from kernel.application.vector import Vector
from kernel.domain.errors import Invalid, Refused, StreamMoved, Unavailable, Unreadable
from kernel.domain.recorded import LogPosition

TYPES = {"portal.user.registered.v1": object, "portal.user.renamed.v2": object}


def test_a_reader_reads_what_it_lists_and_passes_other_facts_by() -> None:
    assert wanted(TYPES, "portal.user.registered.v1")
    assert not wanted(TYPES, "portal.user.deleted.v1")
    assert not wanted(TYPES, "portal.user.registered-again.v1")


@pytest.mark.parametrize("other", ["portal.user.registered.v2", "portal.user.renamed.v1"])
def test_another_version_of_a_listed_fact_is_never_passed_by(other: str) -> None:
    with pytest.raises(Unreadable):
        wanted(TYPES, other)


@pytest.mark.parametrize("error", [Unavailable(), StreamMoved(), ConnectionResetError(), TimeoutError()])
def test_what_is_down_passes(error: Exception) -> None:
    assert passing(error)
    assert not lasting(error)


@pytest.mark.parametrize("error", [Unreadable(), Refused(), Invalid()])
def test_what_is_refused_lasts(error: Exception) -> None:
    assert lasting(error)
    assert not passing(error)


def test_a_mistake_of_ours_is_neither() -> None:
    assert not passing(KeyError("x"))
    assert not lasting(KeyError("x"))


def test_a_vector_covers_what_was_read_and_nothing_ahead() -> None:
    vector = Vector({("users", 0): Place(2, 7), ("users", 2): Place(2, 9)})

    def at(service: str, epoch: int, partition: int, position: int) -> LogPosition:
        return LogPosition(service=service, epoch=epoch, partition=partition, position=position)

    assert vector.covers_all([at("users", 2, 0, 7), at("users", 2, 2, 3), at("users", 1, 0, 900)])
    assert not vector.covers(at("users", 2, 0, 8))
    assert not vector.covers(at("users", 3, 0, 1))
    assert not vector.covers(at("users", 2, 1, 1))
    assert not vector.covers(at("contracts", 2, 0, 1))
    assert str(vector) == "users:e2:7.0.9"
    assert str(vector.moved({("contracts", 1): Place(1, 4)})) == "contracts:e1:0.4~users:e2:7.0.9"
