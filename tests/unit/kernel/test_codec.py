"""Facts as bytes: camelCase JSON, closed, personal texts sealed, former versions still read."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.adapters.codec import Events, Facts, Upcaster
from kernel.domain.context import Context
from kernel.domain.errors import Unreadable, Unsealable
from kernel.domain.event import Personal, event
from kernel.domain.reads import reads, wire_name
from kernel.testing import FakeKeyring
from tests.ports.facts import FACTS, UPCASTERS, Happened, Joined, Member

STREAM = uuid4()


class Colour(StrEnum):
    RED = "RED"


@event("thing.described", version=3)
class Described:
    """Something with fields of every kind."""

    thing_id: UUID
    at: datetime
    colour: Colour
    line_count: int
    tags: tuple[str, ...] = ()
    note: str | None = None


@reads("portal.thing.joined.v2")
class JoinedBriefly:
    """What somebody else reads of Joined."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]


@reads("portal.thing.joined.v2")
class JoinedSealed:
    """What somebody reads who leaves the mail address sealed."""

    email: str


DESCRIBED = Described(
    thing_id=uuid4(), at=datetime(2026, 4, 1, 9, 30, tzinfo=UTC), colour=Colour.RED, line_count=2, tags=("a", "日本")
)


def joined(*others: str, title: str | None = None) -> Joined:
    leader = Member(user_id=uuid4(), name="山田", title=title)
    members = tuple(Member(user_id=uuid4(), name=name) for name in others)
    return Joined(leader=leader, members=members, email="taro@example.jp", user_id=leader.user_id)


async def test_a_fact_is_json_in_camel_case_and_comes_back_equal() -> None:
    codec = Events([Described], None)
    data = await codec.encode(DESCRIBED, STREAM, 1)
    assert json.loads(data) == {
        "thingId": str(DESCRIBED.thing_id),
        "at": "2026-04-01T09:30:00Z",
        "colour": "RED",
        "lineCount": 2,
        "tags": ["a", "日本"],
        "note": None,
    }
    assert await codec.decode("thing.described", 3, data) == DESCRIBED
    assert await codec.read("portal.thing.described.v3", data) == DESCRIBED
    assert codec.types == {"portal.thing.described.v3": Described}


@given(
    st.text(alphabet=st.characters(codec="utf-8")),
    st.integers(min_value=-(2**63), max_value=2**63),
    st.datetimes(timezones=st.just(UTC)),
)
async def test_whatever_stands_in_a_fact_comes_back(text: str, number: int, at: datetime) -> None:
    codec = Events([Described], None)
    fact = Described(thing_id=STREAM, at=at, colour=Colour.RED, line_count=number, tags=(text,), note=text)
    assert await codec.decode("thing.described", 3, await codec.encode(fact, STREAM, 1)) == fact


async def test_members_that_came_later_are_passed_by_and_absent_ones_get_their_default() -> None:
    made = {"thingId": str(STREAM), "at": "2026-04-01T09:30:00Z", "colour": "RED", "lineCount": 0, "since": 2027}
    fact = await Events([Described], None).decode("thing.described", 3, json.dumps(made).encode())
    assert (fact.tags, fact.note) == ((), None)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"null", b"[]", b"{}", b'"x"', b'{"number": "many"}', b'{"number": 1.5}', b'{"Number": 1}', b"\xff"],
)
async def test_bytes_that_are_no_such_fact_are_unreadable_and_not_repeated(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        await Events(FACTS, FakeKeyring()).decode("thing.happened", 1, data)
    assert "many" not in str(refused.value)


@pytest.mark.parametrize(("name", "version"), [("thing.happened", 2), ("thing.happened", 0), ("thing.unheard", 1)])
async def test_a_fact_or_version_that_was_never_declared_is_unreadable(name: str, version: int) -> None:
    codec = Events(FACTS, None, UPCASTERS)
    with pytest.raises(Unreadable):
        await codec.decode(name, version, b'{"number": 1}')
    with pytest.raises(Unreadable):
        await codec.read(f"portal.{name}.v{version}", b'{"number": 1}')


@pytest.mark.parametrize("wire_type", ["", "portal.", "portal.thing.happened", "thing.happened.vx"])
async def test_what_is_no_name_of_a_fact_is_unreadable(wire_type: str) -> None:
    with pytest.raises(Unreadable):
        await Events(FACTS, None).read(wire_type, b"{}")


async def test_a_fact_of_another_log_is_not_written() -> None:
    with pytest.raises(TypeError):
        await Events(FACTS, None).encode(DESCRIBED, STREAM, 1)


async def test_a_fact_whose_field_holds_what_its_type_does_not_is_not_written() -> None:
    wrong: Any = "one"
    with pytest.raises(Exception, match="Expected `int`"):
        await Events(FACTS, None).encode(Happened(number=wrong), STREAM, 1)


async def test_m9_personal_texts_are_sealed_wherever_they_stand() -> None:
    codec = Events(FACTS, FakeKeyring())
    fact = joined("花子", "次郎", title="課長")
    data = await codec.encode(fact, STREAM, 7)
    for plain in ("山田", "花子", "次郎", "課長", "taro"):
        assert plain not in data.decode()
    made = json.loads(data)
    assert made["email"].startswith(f"enc:v1:{fact.user_id}:{STREAM}:7:email:")
    assert made["leader"]["name"].startswith(f"enc:v1:{fact.user_id}:{STREAM}:7:leader.name:")
    assert made["members"][1]["name"].startswith(f"enc:v1:{fact.members[1].user_id}:{STREAM}:7:members.1.name:")
    assert made["members"][1]["title"] is None
    assert await codec.decode("thing.joined", 2, data) == fact


async def test_without_a_keyring_personal_texts_stay_sealed_and_none_is_written() -> None:
    fact = joined()
    data = await Events(FACTS, FakeKeyring()).encode(fact, STREAM, 1)
    found = await Events(FACTS, None).decode("thing.joined", 2, data)
    assert found.email.startswith("enc:v1:")
    with pytest.raises(TypeError):
        await Events(FACTS, None).encode(fact, STREAM, 1)


async def test_the_texts_of_a_person_who_was_forgotten_are_empty() -> None:
    keyring, fact = FakeKeyring(), joined("花子", title="課長")
    codec = Events(FACTS, keyring)
    data = await codec.encode(fact, STREAM, 1)
    await keyring.shred(fact.user_id)
    found = await codec.decode("thing.joined", 2, data)
    assert (found.email, found.leader.name, found.leader.title, found.members[0].name) == ("", "", "", "花子")
    with pytest.raises(Unsealable):
        await codec.encode(fact, STREAM, 2)


async def test_a_plain_text_where_a_sealed_one_belongs_is_unreadable() -> None:
    data = await Events(FACTS, FakeKeyring()).encode(joined(), STREAM, 1)
    made = json.loads(data)
    for email in ("taro@example.jp", 7):
        with pytest.raises(Unreadable):
            await Events(FACTS, FakeKeyring()).decode("thing.joined", 2, json.dumps({**made, "email": email}).encode())


async def test_a_fact_of_a_former_version_is_read_as_the_latest_one() -> None:
    keyring, user = FakeKeyring(), uuid4()
    sealed = await keyring.seal(user, {"leaderName": "山田", "email": "a@b.jp"}, stream_id=STREAM, version=1)
    codec = Events(FACTS, keyring, UPCASTERS)
    old = json.dumps({"userId": str(user), **sealed}).encode()
    expected = Joined(leader=Member(user_id=user, name="山田"), email="a@b.jp", user_id=user)
    assert await codec.decode("thing.joined", 1, old) == expected
    assert codec.types["portal.thing.joined.v1"] is Joined
    assert await codec.read("portal.thing.joined.v1", old) == expected


async def test_upcasters_follow_one_another() -> None:
    steps = [
        Upcaster("thing.described", 1, lambda made: {**made, "colour": "RED"}),
        Upcaster("thing.described", 2, lambda made: {**made, "lineCount": made["lines"]}),
    ]
    old = json.dumps({"thingId": str(STREAM), "at": "2026-04-01T09:30:00Z", "lines": 4}).encode()
    fact = await Events([Described], None, steps).decode("thing.described", 1, old)
    assert (fact.colour, fact.line_count) == (Colour.RED, 4)


def test_an_upcaster_that_leads_nowhere_and_a_name_used_twice_are_mistakes() -> None:
    with pytest.raises(Unreadable):
        Events([Described], None, [Upcaster("thing.unheard", 1, lambda made: made)])

    @event("thing.happened")
    class Twice:
        """Another fact of the same name."""

    with pytest.raises(ValueError, match=r"thing\.happened"):
        Events([Happened, Twice], None)
    with pytest.raises(ValueError, match="joined"):
        Facts([JoinedBriefly, JoinedSealed], None)


async def test_a_reader_gets_the_fields_it_reads_opened_or_sealed() -> None:
    keyring, fact = FakeKeyring(), joined()
    data = await Events(FACTS, keyring).encode(fact, STREAM, 1)
    opened = Facts([JoinedBriefly], keyring)
    assert opened.types == {"portal.thing.joined.v2": JoinedBriefly}
    found = await opened.read("portal.thing.joined.v2", data)
    assert found == JoinedBriefly(user_id=fact.user_id, email="taro@example.jp")
    sealed = (await Facts([JoinedSealed], None).read("portal.thing.joined.v2", data)).email
    assert sealed.startswith("enc:v1:")
    assert await keyring.open([sealed]) == ["taro@example.jp"]
    await keyring.shred(fact.user_id)
    assert (await opened.read("portal.thing.joined.v2", data)).email == ""
    with pytest.raises(Unreadable):
        await opened.read("portal.thing.joined.v1", data)
    with pytest.raises(Unreadable):
        await opened.read("portal.thing.joined.v2", b"{")


def test_a_personal_text_must_say_whose_it_is() -> None:
    @event("thing.astray")
    class Astray:
        """A fact whose personal text belongs to nobody."""

        name: Annotated[str, Personal("user_id")]

    with pytest.raises(TypeError, match="user_id"):
        Events([Astray], None)


def test_the_wire_name_of_a_fact_is_that_of_its_declaration() -> None:
    assert wire_name(Described) == "portal.thing.described.v3"
    assert wire_name(JoinedSealed) == "portal.thing.joined.v2"
    with pytest.raises(TypeError):
        wire_name(Context)
