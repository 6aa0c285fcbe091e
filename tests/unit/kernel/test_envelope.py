"""The envelope: what a relay writes a reader reads, and nothing else is taken for it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from aiokafka.partitioner import murmur2  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from kernel.adapters.kafka.envelope import UNKNOWN, Outgoing, from_text, headers, incoming, text_headers
from kernel.adapters.kafka.topics import parts_of, service_of, topic_of
from kernel.adapters.postgres.partition import partition_of
from kernel.domain.errors import Unreadable

FACT = Outgoing(
    position=84211,
    partition=3,
    public=True,
    stream_id=uuid4(),
    version=7,
    tenant_id=uuid4(),
    type="contract.activated",
    schema_version=2,
    data='{"site": "東京"}'.encode(),
    meta={"actor": "user:1", "correlationId": str(uuid4()), "causationId": "s/1", "traceparent": "00-a-b-01"},
    recorded_at=datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC),
)


def test_a_reader_gets_what_the_relay_was_given() -> None:
    about = incoming(headers(FACT, service="contracts", previous=84000, epoch=2), FACT.data, 3)
    assert about.type == "portal.contract.activated.v2"
    assert about.id == f"{FACT.stream_id}/7"
    assert (about.position, about.previous, about.epoch, about.partition) == (84211, 84000, 2, 3)
    assert (about.tenant_id, about.source, about.recorded_at) == (FACT.tenant_id, "contracts", FACT.recorded_at)
    assert (str(about.correlation_id), about.causation_id, about.traceparent) == (
        FACT.meta["correlationId"],
        "s/1",
        "00-a-b-01",
    )
    assert about.data == FACT.data


def test_what_is_set_aside_is_read_again_the_same() -> None:
    about = incoming(headers(FACT, service="contracts", previous=84000, epoch=2), FACT.data, 3)
    assert from_text(text_headers(about), about.data, 3) == about
    bare = replace(about, causation_id=None, traceparent=None)
    assert from_text(text_headers(bare), bare.data, 3) == bare
    own = replace(about, actor="user:1", client="enc:v1:x", unreadable="it does not say enough")
    assert from_text(text_headers(own), own.data, 3) == own, "what the own log alone tells is kept too"


def test_a_fact_whose_log_does_not_say_its_correlation_is_no_gap_for_who_reads_the_topic() -> None:
    bare = replace(FACT, meta={})
    about = incoming(headers(bare, service="contracts", previous=84000, epoch=2), bare.data, 3)
    assert (about.position, about.previous, about.correlation_id) == (84211, 84000, UNKNOWN)


def test_what_only_the_own_log_may_tell_is_not_taken_from_a_topic() -> None:
    forged = [("actor", b"user:1"), ("client", b"x"), ("unreadable", b"x")]
    about = incoming([*headers(FACT, service="contracts", previous=0, epoch=1), *forged], FACT.data, 3)
    assert (about.actor, about.client, about.unreadable) == (None, None, "")


def test_attribute_names_are_those_that_cloud_events_allow() -> None:
    names = [name for name, _ in headers(FACT, service="contracts", previous=0, epoch=1) if name.startswith("ce_")]
    assert all(name[3:].isalnum() and name[3:].islower() for name in names)


@pytest.mark.parametrize("missing", ["ce_type", "ce_subject", "ce_logpos", "ce_prevpos", "ce_logepoch", "ce_time"])
def test_a_record_without_a_needed_header_is_not_ours(missing: str) -> None:
    made = [one for one in headers(FACT, service="contracts", previous=0, epoch=1) if one[0] != missing]
    with pytest.raises(Unreadable, match=f"'{missing}' is missing"):
        incoming(made, b"", 0)


@pytest.mark.parametrize("name", ["ce_type", "ce_subject", "ce_logpos", "ce_time"])
def test_v9_what_stands_in_a_foreign_header_is_not_told(name: str) -> None:
    made = dict(headers(FACT, service="contracts", previous=0, epoch=1)) | {name: b"\xff Hanako"}
    with pytest.raises(Unreadable, match=r"^not an envelope of ours: \w+$"):
        incoming(made.items(), b"", 0)


@given(st.lists(st.tuples(st.sampled_from(["ce_type", "ce_subject", "ce_logpos", "ce_time", "x"]), st.binary())))
def test_rubbish_is_never_taken_for_an_envelope(carried: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Unreadable):
        incoming(carried, b"", 0)


@given(st.uuids())
def test_a_stream_belongs_to_the_partition_that_every_client_of_kafka_would_choose(stream: UUID) -> None:
    assert partition_of(stream, 6) == (murmur2(str(stream).encode()) & 0x7FFFFFFF) % 6


def test_a_topic_is_named_after_its_service() -> None:
    assert topic_of("users") == "portal.users.events.v1"
    assert service_of(topic_of("users", "t.x")) == "users"
    assert [part.partition for part in parts_of("a.users.events.v1")] == list(range(6))
    with pytest.raises(ValueError, match="not a topic"):
        service_of("users")
