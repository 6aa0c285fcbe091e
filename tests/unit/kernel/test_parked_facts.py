"""What holds a parked stream up, for operators: text and bytes for a reason, nothing of who was forgotten."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import pytest

from kernel.adapters.codec import Events, Facts
from kernel.adapters.parked_facts import dump, starred, text_of, whole_of
from kernel.application.parking import ParkedFact, ParkedStream
from kernel.domain.event import Personal, event
from kernel.testing.keyring import FakeKeyring

WHO, STREAM = uuid4(), uuid4()
NAME = "佐藤 花子"


@event("person.parked")
class Parked:
    """Somebody's stream waits."""

    user_id: UUID
    name: Annotated[str, Personal("user_id")]
    role: str = "PORTAL_ADMIN"
    fingerprint: str = "an HMAC"


@pytest.fixture
def keyring() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def facts(keyring: FakeKeyring) -> Events:
    return Events([Parked], keyring)


def parked(data: bytes, reason: str = f"KeyError('{NAME}')") -> ParkedFact:
    stream = ParkedStream(
        consumer="users.board",
        stream_id=STREAM,
        topic="log:users",
        part=0,
        since=datetime(2026, 4, 1, tzinfo=UTC),
        error="KeyError",
        detail="",
        events=3,
        event_type="portal.person.parked.v1",
        version=1,
    )
    return ParkedFact(stream=stream, reason=reason, data=data)


async def written(facts: Events) -> bytes:
    return await facts.encode(Parked(user_id=WHO, name=NAME), STREAM, 1)


async def test_v9_without_a_reason_neither_the_error_nor_the_bytes_are_shown(
    facts: Events, keyring: FakeKeyring
) -> None:
    data = await written(facts)
    found = await whole_of(parked(data), facts, keyring)
    assert found.told.data == {"userId": str(WHO), "name": None, "role": "PORTAL_ADMIN", "fingerprint": None}
    assert (found.as_it_came, found.bytes, found.stream.behind) == (None, len(data), 2)
    assert NAME not in str(found)


async def test_v9_a_reason_shows_the_error_and_the_bytes_but_nothing_that_stands_for_a_secret(
    facts: Events, keyring: FakeKeyring
) -> None:
    data = await written(facts)
    found = await whole_of(parked(data), facts, keyring, unmask=True)
    assert found.told.data["name"] == NAME
    assert found.as_it_came is not None
    assert found.as_it_came.error == f"KeyError('{NAME}')"
    assert found.as_it_came.text == data.decode().replace("an HMAC", "*******")
    assert found.as_it_came.hex_dump == dump(starred(data))


@pytest.mark.parametrize(
    ("data", "reason", "shown"),
    [
        (b'{"fingerprint": "ab12cd34ef56"}', "DataError('no ab12cd34ef56')", "DataError('no ************')"),
        (b'{"fingerprint": "ab12cd34ef56"}', "DataError('ab12cd34...')", "DataError('********...')"),
        (b'{"fingerprint": "ab12cd34ef56"}', "DataError('...cd34ef56')", "DataError('...********')"),
        (b'{"pin": {"token": "abc"}}', "KeyError('abc')", "KeyError('***')"),
        (b'{"token": "a\\u0062c"}', "KeyError('abc')", "KeyError('***')"),
        (b'{"token": "a\\\\bc"}', r"KeyError('a\\bc')", "KeyError('*****')"),
        (b'{"seed": "abc", cut', "KeyError('abc')", "KeyError('***')"),
        (b'{"seed": 123456}', "DataError('123456 is too much')", "DataError('****** is too much')"),
        (b'{"token": {"of": ["abc", 78]}}', "KeyError('abc', 78)", "KeyError('***', **)"),
        (b'{"seed": "", "name": "abc"}', "KeyError('abc')", "KeyError('abc')"),
    ],
)
async def test_v9_the_whole_error_quotes_nothing_that_stands_for_a_secret(
    keyring: FakeKeyring, data: bytes, reason: str, shown: str
) -> None:
    found = await whole_of(parked(data, reason), Facts((), None), keyring, unmask=True)
    assert found.as_it_came is not None
    assert found.as_it_came.error == shown


async def test_v9_an_error_about_somebody_who_was_forgotten_is_shown_to_nobody(
    facts: Events, keyring: FakeKeyring
) -> None:
    data = await written(facts)
    await keyring.shred(WHO)
    found = await whole_of(parked(data), facts, keyring, unmask=True)
    assert found.as_it_came is not None
    assert found.as_it_came.error == ""
    assert NAME not in str(found)


async def test_v9_of_a_fact_that_is_written_elsewhere_every_doubtful_text_is_covered(keyring: FakeKeyring) -> None:
    data = f'{{"userId": "{WHO}", "company": "大泉商事", "on": "2026-04-01"}}'.encode()
    found = await whole_of(parked(data), Facts((), None), keyring)
    assert found.told.data == {"userId": str(WHO), "company": None, "on": "2026-04-01"}


async def test_o1_bytes_that_are_no_json_are_shown_as_they_are_and_as_text(facts: Events, keyring: FakeKeyring) -> None:
    data = b'{"name": "' + "佐".encode()[:2] + b"\x00\x1b[2J"
    found = await whole_of(parked(data), facts, keyring, unmask=True)
    assert found.told.data is None
    assert found.as_it_came is not None
    assert found.as_it_came.text == '{"name": "\\xe4\\xbd\\x00\\x1b[2J'
    assert found.as_it_came.hex_dump.splitlines() == [
        '00000000  7b 22 6e 61 6d 65 22 3a  20 22 e4 bd 00 1b 5b 32  |{"name": "....[2|',
        "00000010  4a                                                |J|",
    ]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b'{"token":"abc","a":"b"}', b'{"token":"***","a":"b"}'),
        (b'{"resetToken" : "a\\"b"}', b'{"resetToken" : "****"}'),
        (b'{"passwordHash":"cut of', b'{"passwordHash":"******'),
        ('{"seed":"花"}'.encode(), b'{"seed":"***"}'),
        (b'{"seed": 123456, "a": 1}', b'{"seed": ******, "a": 1}'),
        (b'{"token":{"of":["a", -1.5e3, null]},"a":"b"}', b'{"token":{"**":["*", ******, null]},"a":"b"}'),
        (b'{"token":["a","b"],"seed":7}', b'{"token":["*","*"],"seed":*}'),
        (b'{"token":{"of":["cut', b'{"token":{"**":["***'),
        (b'of" "token":"abc"}', b'of" "token":"***"}'),
        (b'{"token":}', b'{"token":}'),
        (b'{"token":"token":"abc"', b'{"token":"*****":"***"'),
        (b'{"tokens":1,"token":null,"said":"token"}', b'{"tokens":1,"token":null,"said":"token"}'),
        (b"", b""),
    ],
)
def test_v9_what_stands_for_a_secret_is_starred_out_byte_for_byte(data: bytes, shown: bytes) -> None:
    assert starred(data) == shown
    assert len(starred(data)) == len(data)


def test_a_text_that_would_turn_or_steer_what_follows_is_an_escape() -> None:
    assert text_of("a\u202eb\u009b1m\r\n\t　花".encode()) == "a\\u202eb\\x9b1m\\r\n\t　花"


def test_a_dump_of_nothing_is_empty() -> None:
    assert dump(b"") == ""
