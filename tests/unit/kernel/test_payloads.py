"""What an operator may see of a fact: nothing personal without asking, nothing of who was forgotten, no secret."""

import json
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest

from kernel.adapters.codec import Events
from kernel.adapters.payloads import payload_of
from kernel.application.browsing import Payload, Schema, Shown
from kernel.domain.event import Personal, event
from kernel.testing.keyring import FakeKeyring

WHO, OTHER = uuid4(), uuid4()
STREAM = uuid4()


@event("person.noted")
class Noted:
    """Somebody was noted."""

    user_id: UUID
    name: Annotated[str, Personal("user_id")]
    role: str
    fingerprint: str = "an HMAC"


@event("group.noted")
class GroupNoted:
    """Several people were noted."""

    people: tuple[Noted, ...]


@pytest.fixture
def keyring() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def facts(keyring: FakeKeyring) -> Events:
    return Events([Noted, GroupNoted], keyring)


async def shown(
    facts: Events, keyring: FakeKeyring, fact: Any, kind: str = "person.noted", *, unmask: bool = False
) -> Payload:
    data = fact if isinstance(fact, bytes) else await facts.encode(fact, STREAM, 1)
    return await payload_of(data, f"portal.{kind}.v1", facts, keyring, unmask=unmask)


def noted(who: UUID = WHO) -> Noted:
    return Noted(user_id=who, name="佐藤 花子", role="PORTAL_ADMIN")


async def test_v9_what_is_personal_is_covered_and_everything_else_is_there(facts: Events, keyring: FakeKeyring) -> None:
    found = await shown(facts, keyring, noted())
    assert found.data == {"userId": str(WHO), "name": None, "role": "PORTAL_ADMIN", "fingerprint": None}
    assert {one.path: (one.shown, one.subject_id) for one in found.covered} == {
        "/name": (Shown.MASKED, WHO),
        "/fingerprint": (Shown.HIDDEN, None),
    }
    assert found.schema is Schema.FITS


async def test_v9_who_asks_sees_it_but_never_what_stands_for_a_secret(facts: Events, keyring: FakeKeyring) -> None:
    found = await shown(facts, keyring, noted(), unmask=True)
    assert (found.data["name"], found.data["fingerprint"]) == ("佐藤 花子", None)
    assert [one.shown for one in found.covered] == [Shown.HIDDEN, Shown.SHOWN]


async def test_v9_of_a_list_each_person_is_covered_for_themselves(facts: Events, keyring: FakeKeyring) -> None:
    data = await facts.encode(GroupNoted(people=(noted(), noted(OTHER))), STREAM, 1)
    await keyring.shred(OTHER)
    found = await shown(facts, keyring, data, "group.noted", unmask=True)
    assert [one["name"] for one in found.data["people"]] == ["佐藤 花子", None]
    assert {one.path: one.shown for one in found.covered if "name" in one.path} == {
        "/people/0/name": Shown.SHOWN,
        "/people/1/name": Shown.SHREDDED,
    }


@pytest.mark.parametrize("unmask", [False, True])
async def test_v9_who_was_forgotten_stays_so(facts: Events, keyring: FakeKeyring, *, unmask: bool) -> None:
    data = await facts.encode(noted(), STREAM, 1)
    await keyring.shred(WHO)
    found = await shown(facts, keyring, data, unmask=unmask)
    assert found.data["name"] is None
    assert Shown.SHREDDED in [one.shown for one in found.covered]


async def test_v9_a_type_that_nobody_declared_is_covered_too(facts: Events, keyring: FakeKeyring) -> None:
    data = await facts.encode(noted(), STREAM, 1)
    found = await shown(facts, keyring, data, "person.unheard-of")
    assert found.schema is Schema.UNKNOWN
    assert found.data["name"] is None


UNHEARD = {
    "userId": str(WHO),
    "after": f"{STREAM}/12",
    "at": "2026-04-01T09:30:00.25+09:00",
    "on": "2026-04-01",
    "count": "12",
    "price": 1200.5,
    "open": True,
    "name": "佐藤 花子",
    "phone": "0312345678",
    "mobile": 819012345678,
    "back": -1000000,
    "often": 999999,
    "fax": "0312-34-56",
    "post": "1000001",
    "role": "PORTAL_ADMIN",
    "people": [{"mail": "hanako@example.co.jp", "on": "2026-04-02"}, "鈴木"],
    "byMail": {"hanako@example.co.jp": 1},
    "byUser": {str(WHO): 2},
    "token": "a secret",
    "seed": 123456,
    "passwordHash": {"of": ["a secret"]},
    "secret": None,
}
PLAIN = ("userId", "after", "at", "on", "count", "price", "open", "byUser", "often")


@pytest.mark.parametrize("kind", ["person.unheard-of", "person.noted"])
async def test_v9_of_what_fits_nothing_declared_only_ids_numbers_and_dates_are_shown(
    facts: Events, keyring: FakeKeyring, kind: str
) -> None:
    found = await shown(facts, keyring, json.dumps(UNHEARD).encode(), kind)
    covered = dict.fromkeys(("name", "phone", "fax", "post", "role", "byMail", "token", "seed", "mobile", "back"))
    covered |= {"passwordHash": None, "secret": None}
    people = [{"mail": None, "on": "2026-04-02"}, None]
    assert found.data == {name: UNHEARD[name] for name in PLAIN} | covered | {"people": people}
    assert {one.shown for one in found.covered} == {Shown.MASKED, Shown.HIDDEN}
    assert len({one.path for one in found.covered}) == len(found.covered) == 13


@pytest.mark.parametrize("kind", ["person.unheard-of", "person.noted"])
async def test_v9_who_asks_sees_all_of_it_but_what_stands_for_a_secret(
    facts: Events, keyring: FakeKeyring, kind: str
) -> None:
    found = await shown(facts, keyring, json.dumps(UNHEARD).encode(), kind, unmask=True)
    assert found.data == UNHEARD | {"token": None, "seed": None, "passwordHash": None}
    assert {one.path: one.shown for one in found.covered if one.path in {"/token", "/name", "/people/1"}} == {
        "/token": Shown.HIDDEN,
        "/name": Shown.SHOWN,
        "/people/1": Shown.SHOWN,
    }
    assert len({one.path for one in found.covered}) == len(found.covered) == 13


async def test_v9_a_payload_that_is_one_text_of_no_known_type_is_covered(facts: Events, keyring: FakeKeyring) -> None:
    found = await shown(facts, keyring, '"佐藤 花子"'.encode(), "person.unheard-of")
    assert (found.data, [one.path for one in found.covered]) == (None, [""])


async def test_v9_a_sealed_text_that_was_moved_is_shown_to_nobody_and_hides_no_other(
    facts: Events, keyring: FakeKeyring
) -> None:
    sealed = (await facts.encode(noted(), STREAM, 1)).decode()
    broken = sealed.replace(":1:name:", ":2:name:").encode()
    found = await shown(facts, keyring, broken, unmask=True)
    assert found.data["name"] is None
    assert found.schema is Schema.BROKEN


@pytest.mark.parametrize("data", [b"\xff\xfe", b"{", b""])
async def test_o1_bytes_that_are_no_json_are_told_as_such(facts: Events, keyring: FakeKeyring, data: bytes) -> None:
    found = await shown(facts, keyring, data)
    assert (found.data, found.schema) == (None, Schema.BROKEN)
    assert found.note


async def test_o1_what_breaks_its_schema_says_where_and_not_what(facts: Events, keyring: FakeKeyring) -> None:
    found = await shown(facts, keyring, b'{"userId": "hanako", "name": 3, "role": "x"}')
    assert found.schema is Schema.BROKEN
    assert found.note
    assert "hanako" not in found.note


@pytest.mark.parametrize(("unmask", "said"), [(False, None), (True, "佐藤 花子")])
async def test_v9_what_should_be_sealed_and_is_not_is_covered_all_the_same(
    facts: Events, keyring: FakeKeyring, *, unmask: bool, said: str | None
) -> None:
    data = f'{{"userId": "{WHO}", "name": "佐藤 花子", "role": "x"}}'.encode()
    found = await shown(facts, keyring, data, unmask=unmask)
    assert (found.data["name"], found.schema) == (said, Schema.BROKEN)
