"""Questions to Kafka that aiokafka does not know, or reads wrongly. Next stop: adapters/watching/broker.py.

See: the messages `DescribeLogDirs`, `DescribeGroups` and `ConsumerGroupDescribe` of Kafka's protocol.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment  # type: ignore[import-untyped]
from aiokafka.protocol.admin import DescribeGroupsRequest_v1  # type: ignore[import-untyped]
from aiokafka.protocol.api import Request, RequestStruct, Response  # type: ignore[import-untyped]
from aiokafka.protocol.types import (  # type: ignore[import-untyped]
    Array,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Int64,
    Schema,
    String,
    TaggedFields,
)

_TEXT, _TAGS = CompactString("utf-8"), ("tags", TaggedFields)


class _SizesAnswer(Response):  # type: ignore[misc]
    API_KEY, API_VERSION = 35, 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "folders",
            Array(
                ("error_code", Int16),
                ("folder", String("utf-8")),
                (
                    "topics",
                    Array(
                        ("name", String("utf-8")),
                        (
                            "parts",
                            Array(("part", Int32), ("bytes", Int64), ("offset_lag", Int64), ("is_future", Boolean)),
                        ),
                    ),
                ),
            ),
        ),
    )


class _SizesAsked(RequestStruct):  # type: ignore[misc]
    API_KEY, API_VERSION = 35, 1
    RESPONSE_TYPE = _SizesAnswer
    SCHEMA = Schema(("topics", Array(("topic", String("utf-8")), ("parts", Array(Int32)))))


class Sizes(Request[_SizesAsked]):  # type: ignore[misc]
    """How much the partitions of topics take on the disks of one broker."""

    API_KEY = 35

    def __init__(self, topics: Sequence[tuple[str, Sequence[int]]]) -> None:
        self._topics = [(name, list(parts)) for name, parts in topics]

    def build(self, request_struct_class: Any) -> Any:
        """Return the message. See: aiokafka's Request."""
        return request_struct_class(self._topics)


class ClassicGroups(Request[DescribeGroupsRequest_v1]):  # type: ignore[misc]
    """Groups whose members divide the partitions among themselves; aiokafka misreads the newest form of the answer."""

    API_KEY = 15

    def __init__(self, groups: Sequence[str]) -> None:
        self._groups = list(groups)

    def build(self, request_struct_class: Any) -> Any:
        """Return the message. See: aiokafka's Request."""
        return request_struct_class(self._groups)


def divided(said: bytes) -> Sequence[tuple[str, Sequence[int]]]:
    """Return the partitions, by topic, that a member of such a group was given; none where it is not to be read.

    The members agree on these bytes among themselves, and one library's must not hide the groups of all others.
    """
    try:
        return [(topic, parts) for topic, parts in ConsumerProtocolMemberAssignment.decode(said).assignment or ()]
    except ValueError:
        return ()


_ASSIGNMENT = (
    "topics",
    CompactArray(
        # The id of the topic: sixteen bytes that nobody here asks for.
        ("id_high", Int64),
        ("id_low", Int64),
        ("name", _TEXT),
        ("parts", CompactArray(Int32)),
        _TAGS,
    ),
)


class _NewGroupsAnswer(Response):  # type: ignore[misc]
    API_KEY, API_VERSION = 69, 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "groups",
            CompactArray(
                ("error_code", Int16),
                ("error_message", _TEXT),
                ("group", _TEXT),
                ("state", _TEXT),
                ("epoch", Int32),
                ("assignment_epoch", Int32),
                ("assignor", _TEXT),
                (
                    "members",
                    CompactArray(
                        ("member_id", _TEXT),
                        ("instance_id", _TEXT),
                        ("rack_id", _TEXT),
                        ("epoch", Int32),
                        ("client_id", _TEXT),
                        ("client_host", _TEXT),
                        ("subscribed", CompactArray(_TEXT)),
                        ("subscribed_pattern", _TEXT),
                        ("assigned", Schema(_ASSIGNMENT, _TAGS)),
                        ("target", Schema(_ASSIGNMENT, _TAGS)),
                        _TAGS,
                    ),
                ),
                ("operations", Int32),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _NewGroupsAsked(RequestStruct):  # type: ignore[misc]
    API_KEY, API_VERSION, FLEXIBLE_VERSION = 69, 0, True
    RESPONSE_TYPE = _NewGroupsAnswer
    SCHEMA = Schema(("groups", CompactArray(_TEXT)), ("with_operations", Boolean), _TAGS)


class NewGroups(Request[_NewGroupsAsked]):  # type: ignore[misc]
    """Groups whose partitions the broker divides. See: KIP-848."""

    API_KEY = 69

    def __init__(self, groups: Sequence[str]) -> None:
        self._groups = list(groups)

    def build(self, request_struct_class: Any) -> Any:
        """Return the message. See: aiokafka's Request."""
        return request_struct_class(groups=self._groups, with_operations=False, tags={})
