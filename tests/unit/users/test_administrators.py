"""The administrator that an application names becomes the first user."""

from dataclasses import replace
from uuid import UUID

from kernel.application.consume import Incoming
from services.users.application.streams import all_permissions
from services.users.consumers.contracts import Administrator, ApplicationReceived, Applications
from services.users.domain.events import JoinedGroup, Language, Origin, Role, SecondFactor, UserRegistered
from services.users.domain.permission import EVERYTHING
from tests.unit.users.samples import AT, REGISTERED, TENANT, USER
from tests.unit.users.world import World

ADMINISTRATOR = Administrator(
    user_id=USER,
    name="佐藤 花子",
    email="hanako.sato@example.co.jp",
    phone_number="03-1234-5678",
    mail_language=Language.JA,
    timezone="Asia/Tokyo",
    second_factor=SecondFactor.TOTP,
)
ABOUT = Incoming(
    type="portal.application.received.v1",
    stream_id=UUID(int=7),
    version=1,
    tenant_id=TENANT,
    source="contracts",
    partition=0,
    position=1,
    previous=0,
    epoch=1,
    recorded_at=AT,
    correlation_id=UUID(int=9),
    causation_id=None,
    traceparent=None,
    data=b"",
)


async def read(world: World, administrator: Administrator) -> None:
    await Applications(world.handlers, world.groups)(ApplicationReceived(administrator=administrator), ABOUT, None)


async def test_an_administrator_is_registered_as_the_form_says(world: World) -> None:
    await read(world, ADMINISTRATOR)
    (fact,) = (one for one in world.store.log if isinstance(one.event, UserRegistered))
    assert fact.event == REGISTERED
    assert (fact.stream_id, fact.tenant_id) == (USER, TENANT)
    assert isinstance(fact.event, UserRegistered)
    assert (fact.event.role, fact.event.origin) == (Role.PORTAL_ADMIN, Origin.APPLICATION_FORM)


async def test_m7_an_application_that_is_read_again_changes_nothing(world: World) -> None:
    for _ in range(3):
        await read(world, ADMINISTRATOR)
    assert len(world.store.log) == 4


async def test_n1_the_first_administrator_joins_the_group_that_permits_everything(world: World) -> None:
    await read(world, ADMINISTRATOR)
    created, permitted, _, joined = world.facts()
    assert (created.name, created.built_in) == ("全権限", True)
    assert permitted.permissions == (EVERYTHING,)
    assert joined == JoinedGroup(user_id=USER, group_id=all_permissions(TENANT), at=AT)
    assert created.group_id == joined.group_id


async def test_m9_a_person_who_was_forgotten_is_not_registered(world: World) -> None:
    await read(world, replace(ADMINISTRATOR, name="", email="", phone_number=""))
    assert not world.store.log


async def test_what_it_writes_tells_what_led_to_it(world: World) -> None:
    await read(world, ADMINISTRATOR)
    meta = world.store.log[0].meta
    assert (meta.actor, meta.causation_id, meta.correlation_id) == ("service:users", ABOUT.id, ABOUT.correlation_id)
