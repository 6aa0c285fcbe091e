"""What Kafka's own tool prints, as it is read."""

from deploy.kafka_groups import GroupPart, parts

SAID = """
Consumer group 'users.board' has no active members.

GROUP           TOPIC                   PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID     HOST            CLIENT-ID
users.board     portal.users.events.v1  0          120             125             5               -               -               -
users.board     portal.users.events.v1  1          -               9               -               -               -               -
users.board     portal.users.events.v1  2          7               7               0               -               -               -
"""  # noqa: E501 - as it is printed


def test_each_partition_with_a_place_is_read_and_nothing_else() -> None:
    topic = "portal.users.events.v1"
    assert parts(SAID.splitlines()) == {
        ("users.board", topic, 0): GroupPart(120, 125, 5),
        ("users.board", topic, 2): GroupPart(7, 7, 0),
    }
