"""What Kafka's answers say of the members of a group, whatever somebody's library put there."""

import pytest
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment  # type: ignore[import-untyped]

from kernel.adapters.kafka.requests import divided

GIVEN = ConsumerProtocolMemberAssignment(0, [("portal.users.events.v1", [0, 3])], b"").encode()


def test_a_member_names_the_partitions_it_was_given() -> None:
    assert divided(GIVEN) == [("portal.users.events.v1", [0, 3])]


@pytest.mark.parametrize("said", [b"", b"\0", GIVEN[:9], GIVEN[:-8], b"not at all", b"\0\0" + b"\xff" * 4])
def test_what_is_not_to_be_read_is_no_partition_and_no_failure(said: bytes) -> None:
    assert list(divided(said)) == []
