"""D18: who is deleted is forgotten: the key goes, a fact says so, and nothing personal is left to be told."""

from dataclasses import replace

import pytest

from kernel.application.consume import Incoming
from kernel.domain.context import Client
from kernel.domain.errors import Unavailable
from kernel.testing import given
from services.users.consumers.erasure import Erasure
from services.users.domain.commands import RecordShredding
from services.users.domain.errors import UserUnknown
from services.users.domain.events import SubjectShredded, UserDeleted
from services.users.domain.user import user
from tests.unit.users.samples import AT, REGISTERED, TENANT, USER
from tests.unit.users.test_administering import FORM, added
from tests.unit.users.world import World, by

DELETED = UserDeleted(user_id=USER, at=AT)
SHREDDED = SubjectShredded(user_id=USER, at=AT)
RECORD = RecordShredding(user_id=USER, at=AT)


def test_d18_only_who_was_deleted_is_recorded_as_forgotten_and_once() -> None:
    given(user, REGISTERED, DELETED).when(RECORD).then(SHREDDED)
    given(user, REGISTERED, DELETED, SHREDDED).when(RECORD).then_nothing()
    given(user, REGISTERED).when(RECORD).refused(UserUnknown)
    given(user).when(RECORD).refused(UserUnknown)


def erasure(world: World) -> Erasure:
    return Erasure(store=world.store, keyring=world.store.keyring, now=lambda: AT)


def told(world: World) -> tuple[UserDeleted, Incoming]:
    """Return the deletion as a reader of the own log meets it."""
    recorded = next(one for one in reversed(world.store.log) if isinstance(one.event, UserDeleted))
    return recorded.event, Incoming(
        type="portal.user.deleted.v1",
        stream_id=recorded.stream_id,
        version=recorded.version,
        tenant_id=recorded.tenant_id,
        source="users",
        partition=0,
        position=recorded.position,
        previous=recorded.position - 1,
        epoch=1,
        recorded_at=recorded.recorded_at,
        correlation_id=recorded.meta.correlation_id,
        causation_id=None,
        traceparent=None,
        data=b"",
    )


async def test_d18_the_fact_is_read_twice_and_the_person_forgotten_once(world: World) -> None:
    user_id = await added(world)
    sealed = await world.store.keyring.seal(user_id, {"name": "花子"}, stream_id=user_id, version=1)
    await world.handlers.delete(user_id, by())
    for _ in range(2):
        await erasure(world)(*told(world), None)
    (fact,) = world.facts(SubjectShredded)
    assert fact.user_id == user_id
    assert world.store.log[-1].meta.causation_id == f"{user_id}/2"
    assert await world.store.keyring.open(list(sealed.values())) == [None]


async def test_d18_without_the_keys_the_fact_waits(world: World) -> None:
    class Away:
        """Keys that cannot be had."""

        async def shred(self, subject: object) -> None:
            raise Unavailable(f"{subject}")

    user_id = await added(world)
    await world.handlers.delete(user_id, by())
    waiting = Erasure(store=world.store, keyring=Away(), now=lambda: AT)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        await waiting(*told(world), None)
    assert world.facts(SubjectShredded) == []


async def test_d18_the_history_tells_that_and_when_they_were_forgotten(world: World) -> None:
    user_id = await added(world)
    await world.handlers.delete(user_id, by())
    await erasure(world)(*told(world), None)
    erased, life, *_ = (await world.built.histories.of_user(TENANT, user_id, 50)).items
    assert (erased.field, erased.new, life.new) == ("personalData", "ERASED", "DELETED")
    assert erased.cause == f"{user_id}/2"


async def test_d18_what_the_forgotten_did_to_others_stays_without_where_from(world: World) -> None:
    admin, other = await added(world), await added(world, replace(FORM, email="saburo@example.jp"))
    here = replace(by(f"user:{admin}"), client=Client(address="192.0.2.7", agent="Firefox"))
    await world.handlers.suspend(other, here)
    await world.handlers.delete(admin, by())
    await erasure(world)(*told(world), None)
    life = (await world.built.histories.of_user(TENANT, other, 50)).items[0]
    assert (life.actor, life.client) == (f"user:{admin}", None)


async def test_s26_the_address_of_who_was_deleted_is_free_for_another(world: World) -> None:
    user_id = await added(world)
    await world.handlers.delete(user_id, by())
    await erasure(world)(*told(world), None)
    again = await added(world)
    assert again != user_id
