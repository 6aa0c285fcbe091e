"""What every keyring does, whether its keys are in memory or in PostgreSQL."""

from uuid import UUID, uuid4

import pytest

from kernel.application.ports import Keyring
from kernel.domain.errors import Unreadable, Unsealable

NAME = "山田 太郎"


class KeyringContract:
    """The tests; who inherits them gives a fixture `keyring`."""

    async def test_what_was_sealed_can_be_opened_and_not_read(self, keyring: Keyring) -> None:
        subject, stream = uuid4(), uuid4()
        plain = {"name": NAME, "members.0.email": "taro@example.jp", "title": ""}
        sealed = await keyring.seal(subject, plain, stream_id=stream, version=3)
        assert set(sealed) == set(plain)
        assert sealed["name"].startswith(f"enc:v1:{subject}:{stream}:3:name:")
        assert not any(text in "".join(sealed.values()) for text in (NAME, "taro"))
        assert await keyring.open(list(sealed.values())) == list(plain.values())

    async def test_the_same_text_is_sealed_otherwise_every_time(self, keyring: Keyring) -> None:
        subject, stream = uuid4(), uuid4()
        first = await keyring.seal(subject, {"name": NAME}, stream_id=stream, version=1)
        assert await keyring.seal(subject, {"name": NAME}, stream_id=stream, version=1) != first

    async def test_texts_of_several_people_are_opened_in_order(self, keyring: Keyring) -> None:
        people = [uuid4() for _ in range(5)]
        await keyring.prepare(people)
        several = [
            (await keyring.seal(person, {"name": str(person)}, stream_id=uuid4(), version=1))["name"]
            for person in people
        ]
        assert await keyring.open([*several, several[0]]) == [*map(str, people), str(people[0])]
        assert await keyring.open([]) == []

    async def test_m9_what_was_forgotten_is_never_opened_or_sealed_again(self, keyring: Keyring) -> None:
        gone, other = uuid4(), uuid4()
        lost = (await keyring.seal(gone, {"name": NAME}, stream_id=uuid4(), version=1))["name"]
        kept = (await keyring.seal(other, {"name": NAME}, stream_id=uuid4(), version=1))["name"]
        await keyring.shred(gone)
        await keyring.shred(gone)
        assert await keyring.open([lost, kept]) == [None, NAME]
        await keyring.prepare([gone])
        with pytest.raises(Unsealable):
            await keyring.seal(gone, {"name": NAME}, stream_id=uuid4(), version=2)
        assert await keyring.open([lost]) == [None]

    async def test_who_was_forgotten_before_any_key_was_made_gets_none(self, keyring: Keyring) -> None:
        subject = uuid4()
        await keyring.shred(subject)
        with pytest.raises(Unsealable):
            await keyring.seal(subject, {"name": NAME}, stream_id=uuid4(), version=1)

    @pytest.mark.parametrize("part", range(2, 7))
    async def test_a_sealed_text_that_was_changed_or_moved_is_unreadable(self, keyring: Keyring, part: int) -> None:
        subject, other = uuid4(), uuid4()
        await keyring.prepare([other])
        sealed = (await keyring.seal(subject, {"name": NAME}, stream_id=uuid4(), version=1))["name"]
        parts = sealed.split(":")
        parts[part] = [str(other), str(uuid4()), "2", "email", "A" * len(parts[6])][part - 2]
        with pytest.raises(Unreadable):
            await keyring.open([":".join(parts)])

    @pytest.mark.parametrize(
        "text", ["", NAME, "enc:v1:", "enc:v2:a:b:1:c:d", "enc:v1:no:no:1:name:AAAA", f"enc:v1:{UUID(int=1)}:s:1:n:!"]
    )
    async def test_what_was_never_sealed_is_unreadable(self, keyring: Keyring, text: str) -> None:
        with pytest.raises(Unreadable):
            await keyring.open([text])
