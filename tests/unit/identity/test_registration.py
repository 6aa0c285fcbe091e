"""A registered person gets a credential: secrets first, then the fact, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.application.consume import Incoming
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, Unavailable
from kernel.domain.recorded import Appended, Claim
from kernel.testing import InMemoryStore, StillClock, ids
from services.identity.adapters.fingerprints import PepperedFingerprints
from services.identity.application.ports import Fingerprint, NewLink
from services.identity.application.registration import Registration
from services.identity.application.rules import Rules
from services.identity.consumers.users import UserRegistered, UsersReaction
from services.identity.domain.events import ActivationIssued, CredentialOpened, Purpose, SecondFactor

TENANT, USER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
EMAIL = "hanako@example.co.jp"


@dataclass
class Diary:
    """What was done, in order; keeps links and passes facts on to a store in memory."""

    store: InMemoryStore = field(default_factory=InMemoryStore)
    done: list[str] = field(default_factory=list)
    kept: list[NewLink] = field(default_factory=list)
    broken: bool = False

    async def register(self, user_id: UUID, registered: Fingerprint, language: str) -> None:
        self.done.append(f"person {language}")
        assert (user_id, len(registered.email)) in {(USER, 32), (OTHER, 32)}

    async def keep(self, link: NewLink) -> None:
        self.done.append("link")
        self.kept.append(link)

    async def load(self, stream_id: UUID, after: int = 0) -> Any:
        return await self.store.load(stream_id, after)

    async def answered(self, command_id: UUID, content: bytes | None = None) -> Appended | None:
        return await self.store.answered(command_id, content)

    async def append(
        self,
        stream_id: UUID,
        expected: int,
        events: Sequence[object],
        context: Context,
        *,
        claims: Sequence[Claim],
        **_: Any,
    ) -> Appended:
        self.done.append("facts")
        if self.broken:
            raise Unavailable
        return await self.store.append(stream_id, expected, events, context, claims=claims)


def _reaction(diary: Diary) -> UsersReaction:
    whole: Any = diary
    registration = Registration(
        store=whole,
        links=whole,
        fingerprints=PepperedFingerprints(b"p" * 32),
        rules=Rules(),
        now=StillClock(),
        new_id=ids(),
        new_secret=lambda: "secret",
    )
    return UsersReaction(registration, whole)


def _registered(user_id: UUID = USER, email: str = EMAIL) -> UserRegistered:
    return UserRegistered(
        user_id=user_id,
        email=email,
        name="佐藤 花子",
        phone_number="03-1234-5678",
        mail_language="en",
        second_factor=SecondFactor.TOTP,
        at=datetime(2026, 4, 1, tzinfo=UTC),
    )


def _about(user_id: UUID = USER) -> Incoming:
    return Incoming(
        type="portal.user.registered.v1",
        stream_id=user_id,
        version=1,
        tenant_id=TENANT,
        source="users",
        partition=0,
        position=1,
        previous=0,
        epoch=1,
        recorded_at=datetime(2026, 4, 1, tzinfo=UTC),
        correlation_id=uuid4(),
        causation_id=None,
        traceparent=None,
        data=b"",
    )


async def test_s04_the_secret_is_kept_before_the_fact_that_names_it() -> None:
    diary = Diary()
    await _reaction(diary)(_registered(), _about(), None)
    assert diary.done == ["person en", "link", "facts"]
    opened, issued = (fact.event for fact in diary.store.log)
    assert isinstance(opened, CredentialOpened)
    assert isinstance(issued, ActivationIssued)
    assert (issued.activation_id, issued.purpose) == (diary.kept[0].activation_id, Purpose.ACTIVATION)
    assert issued.expires_at == diary.kept[0].expires_at == StillClock()() + timedelta(hours=72)
    assert {fact.tenant_id for fact in diary.store.log} == {TENANT}
    assert diary.store.log[0].meta.causation_id == f"{USER}/1"


async def test_s01_a_fact_that_is_delivered_again_changes_nothing() -> None:
    diary = Diary()
    for _ in range(3):
        await _reaction(diary)(_registered(), _about(), None)
    assert diary.done == ["person en", "link", "facts"]


async def test_after_trouble_the_same_fact_leads_to_one_credential() -> None:
    diary = Diary(broken=True)
    with pytest.raises(Unavailable):
        await _reaction(diary)(_registered(), _about(), None)
    assert diary.store.log == []
    diary.broken = False
    await _reaction(diary)(_registered(), _about(), None)
    assert len(diary.store.log) == 2


async def test_who_was_forgotten_gets_no_credential() -> None:
    diary = Diary()
    await _reaction(diary)(_registered(email=""), _about(), None)
    assert diary.done == []


async def test_m07_a_mail_address_leads_to_one_credential() -> None:
    diary = Diary()
    await _reaction(diary)(_registered(), _about(), None)
    with pytest.raises(ClaimTaken):
        await _reaction(diary)(_registered(OTHER, EMAIL.upper()), _about(OTHER), None)


async def test_m07_an_address_that_is_still_held_is_waited_for_as_its_holder_may_just_have_been_deleted() -> None:
    diary = Diary()
    await _reaction(diary)(_registered(), _about(), None)
    fresh = replace(_about(OTHER), recorded_at=StillClock()() - timedelta(seconds=59))
    with pytest.raises(Unavailable):
        await _reaction(diary)(_registered(OTHER, EMAIL), fresh, None)


async def test_m06_who_is_not_invited_has_a_credential_without_a_link() -> None:
    diary = Diary()
    await _reaction(diary)(replace(_registered(), invited=False), _about(), None)
    assert diary.done == ["person en", "facts"]
    assert [type(fact.event) for fact in diary.store.log] == [CredentialOpened]


async def test_facts_of_many_people_that_come_together_are_reacted_to_together() -> None:
    diary = Diary()
    other = _registered(OTHER, "jiro@example.co.jp")
    await _reaction(diary).together([(_registered(), _about()), (other, _about(OTHER))], None)
    assert {fact.stream_id for fact in diary.store.log} == {USER, OTHER}


async def test_trouble_with_one_of_many_is_told_when_all_are_done() -> None:
    diary = Diary()
    same = _registered(OTHER)
    with pytest.raises((ClaimTaken, Unavailable)):
        await _reaction(diary).together([(same, _about(OTHER)), (_registered(), _about())], None)
    assert {fact.stream_id for fact in diary.store.log} == {OTHER}
