"""Links are kept before the fact that names them, and thrown away when none does."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.domain.context import Context
from kernel.domain.errors import TooManyTries, Unavailable
from kernel.testing import InMemoryStore, StillClock, ids
from services.identity.application.issuing import Issuing
from services.identity.application.ports import NewLink
from services.identity.application.rules import Rules
from services.identity.domain.commands import EnableCredential, OpenCredential, ResendLink, ResetFactor
from services.identity.domain.credential import credential
from services.identity.domain.errors import NotActivated
from services.identity.domain.events import SecondFactor

TENANT, USER, FIRST = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = StillClock()()


@dataclass
class Kept:
    """The links that are kept."""

    ids: list[UUID] = field(default_factory=list)
    made: int = 0

    async def keep(self, link: NewLink) -> None:
        self.ids.append(link.activation_id)

    async def discard(self, activation_id: UUID) -> None:
        self.ids.remove(activation_id)

    async def links_since(self, user_id: UUID, since: datetime) -> int:
        assert (user_id, since) == (USER, NOW - timedelta(days=1))
        return self.made


class Broken(InMemoryStore):
    """A store whose appends may or may not have been written."""

    async def append(self, *_: Any, **__: Any) -> Any:
        raise Unavailable


def _by(command_id: UUID | None = None) -> Context:
    return Context(tenant_id=TENANT, actor="user:x", correlation_id=uuid4(), command_id=command_id or uuid4())


async def _opened(store: InMemoryStore) -> InMemoryStore:
    asked = OpenCredential(
        user_id=USER, second_factor=SecondFactor.TOTP, activation_id=FIRST, expires_at=NOW + timedelta(hours=1), at=NOW
    )
    await InMemoryStore.append(store, USER, 0, credential.decide(credential.initial, asked), _by())
    return store


def _issuing(store: InMemoryStore, kept: Kept) -> Issuing:
    links: Any = kept
    return Issuing(store=store, links=links, rules=Rules(), now=StillClock(), new_id=ids(), new_secret=lambda: "secret")


async def _ask(issuing: Issuing, kind: Any, by: Context) -> UUID:
    link = issuing.link(USER)
    asked = kind(user_id=USER, activation_id=link.activation_id, expires_at=link.expires_at, at=link.at)
    await issuing.carry_out(asked, link, by)
    return link.activation_id


async def test_d03_a_link_is_kept_that_a_fact_names_and_once_for_one_wish() -> None:
    kept, by = Kept(), _by(UUID(int=9))
    issuing = _issuing(await _opened(InMemoryStore()), kept)
    first = await _ask(issuing, ResendLink, by)
    assert kept.ids == [first]
    await _ask(issuing, ResendLink, by)
    assert kept.ids == [first]


async def test_a_link_that_no_fact_names_is_thrown_away() -> None:
    kept = Kept()
    issuing = _issuing(await _opened(InMemoryStore()), kept)
    await _ask(issuing, EnableCredential, _by())
    with pytest.raises(NotActivated):
        await _ask(issuing, ResetFactor, _by())
    assert kept.ids == []


async def test_a_link_stays_when_nobody_knows_whether_its_fact_was_written() -> None:
    kept = Kept()
    issuing = _issuing(await _opened(Broken()), kept)
    with pytest.raises(Unavailable):
        await _ask(issuing, ResendLink, _by())
    assert len(kept.ids) == 1


async def test_ten_links_a_day_are_enough_for_anybody() -> None:
    kept = Kept(made=9)
    issuing = _issuing(InMemoryStore(), kept)
    await issuing.see_few(USER)
    kept.made = 10
    with pytest.raises(TooManyTries):
        await issuing.see_few(USER)
