"""Who operates the platform, and what is recorded of what they do."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from kernel.domain.context import PLATFORM
from kernel.testing import given
from services.users.application.streams import operator_stream
from services.users.domain.commands import AppointOperator, DismissOperator, NoteRefusal, RecordDeed
from services.users.domain.errors import EmailTaken, OperatorOnly, OperatorUnknown
from services.users.domain.events import Origin, Role, UserRegistered
from services.users.domain.operator_events import (
    Deed,
    OperatorActed,
    OperatorAppointed,
    OperatorDismissed,
    OperatorRefused,
    OperatorRole,
)
from services.users.domain.operators import operator
from tests.unit.users.samples import AT, REGISTRATION, TENANT, USER, person
from tests.unit.users.world import World, by

NIGHTS = "夜間の運用"
APPOINTED = OperatorAppointed(user_id=USER, role=OperatorRole.OPS, reason=NIGHTS, at=AT)
LOOKS = OperatorAppointed(user_id=USER, role=OperatorRole.OPS_VIEWER, reason=NIGHTS, at=AT)
DISMISSED = OperatorDismissed(user_id=USER, reason="moved", at=AT)
APPOINT = AppointOperator(user_id=USER, role=OperatorRole.OPS, reason=NIGHTS, at=AT)
DISMISS = DismissOperator(user_id=USER, reason="moved", at=AT)
RETRY = RecordDeed(user_id=USER, deed=Deed.RETRY, consumer=None, error=None, streams=(), reason="mended", at=AT)
REFUSE = NoteRefusal(user_id=USER, company_id=TENANT, operation="opsStreams", at=AT)
REFUSED = OperatorRefused(user_id=USER, company_id=TENANT, operation="opsStreams", at=AT)
ACTED = OperatorActed(user_id=USER, deed=Deed.RETRY, reason="mended", at=AT)


def test_a_person_is_appointed_once_and_again_in_another_role() -> None:
    given(operator).when(APPOINT).then(APPOINTED)
    given(operator, APPOINTED).when(APPOINT).then_nothing()
    given(operator, LOOKS).when(APPOINT).then(APPOINTED)
    given(operator, APPOINTED, DISMISSED).when(APPOINT).then(APPOINTED)


def test_only_an_operator_is_dismissed() -> None:
    given(operator, LOOKS).when(DISMISS).then(DISMISSED)
    given(operator).when(DISMISS).refused(OperatorUnknown)
    given(operator, APPOINTED, DISMISSED).when(DISMISS).refused(OperatorUnknown)


def test_only_who_may_act_has_a_deed_recorded_each_time() -> None:
    given(operator, APPOINTED).when(RETRY).then(ACTED)
    given(operator, APPOINTED, ACTED).when(RETRY).then(ACTED)
    for past in ((), (LOOKS,), (APPOINTED, DISMISSED)):
        given(operator, *past).when(RETRY).refused(OperatorOnly)


@pytest.mark.parametrize("deed", [Deed.UNMASK, Deed.PUBLISH_AGAIN])
def test_a_deed_about_events_says_which_and_only_who_may_act_has_one(deed: Deed) -> None:
    about = f"users {USER}/3"
    asked = RecordDeed(
        user_id=USER, deed=deed, consumer=None, error=None, streams=(), about=about, reason="a call", at=AT
    )
    done = OperatorActed(user_id=USER, deed=deed, about=about, reason="a call", at=AT)
    given(operator, APPOINTED).when(asked).then(done)
    for past in ((), (LOOKS,), (APPOINTED, DISMISSED)):
        given(operator, *past).when(asked).refused(OperatorOnly)


def test_o1_of_each_person_one_refusal_an_hour_is_kept_and_it_is_no_deed() -> None:
    for past in ((), (LOOKS,), (APPOINTED, DISMISSED)):
        given(operator, *past).when(REFUSE).then(REFUSED)
    given(operator, REFUSED).when(replace(REFUSE, at=AT + timedelta(minutes=59))).then_nothing()
    later = AT + timedelta(minutes=60)
    given(operator, REFUSED).when(replace(REFUSE, at=later)).then(replace(REFUSED, at=later))
    given(operator, LOOKS, REFUSED).when(RETRY).refused(OperatorOnly)


async def test_o1_a_call_that_lost_its_answer_finds_its_own_deed_fresh_and_another_does_not(world: World) -> None:
    operators = world.built.operators
    await operators.appoint(person(UUID(int=0), "ops@portal.example"), OperatorRole.OPS, NIGHTS, by())
    (who,) = [fact.user_id for fact in world.facts(OperatorAppointed)]
    wish, call = by(), uuid4()

    async def found_before(attempt: UUID | None) -> bool:
        return (await operators.record(who, Deed.RETRY, None, None, (), "mended", wish, attempt=attempt)).duplicate

    assert not await found_before(call)
    await operators.record(who, Deed.DISCARD, "users.contracts", "Refused", (), "a test order", by(), attempt=uuid4())
    assert not await found_before(call)
    assert await found_before(uuid4())
    assert await found_before(None)
    assert [fact.deed for fact in world.facts(OperatorActed)] == [Deed.RETRY, Deed.DISCARD]


@pytest.mark.parametrize("looks", [False, True])
async def test_o1_whom_the_gateway_let_by_and_the_log_refuses_is_noted_once_and_refused_each_time(
    world: World, *, looks: bool
) -> None:
    operators = world.built.operators
    form = person(UUID(int=0), "ops@portal.example")
    await operators.appoint(form, OperatorRole.OPS_VIEWER if looks else OperatorRole.OPS, NIGHTS, by())
    if not looks:
        await operators.dismiss("ops@portal.example", "moved", by())
    (who,) = [fact.user_id for fact in world.facts(OperatorAppointed)]
    wish = by()
    for again in (wish, wish, by()):
        with pytest.raises(OperatorOnly):
            await operators.record(who, Deed.DISCARD, "users.contracts", "Refused", (), "a test order", again)
    (noted,) = await operators.deeds(10, None)
    assert isinstance(noted.fact, OperatorRefused)
    assert (noted.fact.user_id, noted.fact.company_id, noted.fact.operation) == (who, PLATFORM, "DISCARD")


async def test_o1_deeds_and_refusals_are_told_newest_first_a_page_at_a_time(world: World) -> None:
    form = person(UUID(int=0), "ops@portal.example")
    operators = world.built.operators
    await operators.appoint(form, OperatorRole.OPS, NIGHTS, by())
    (who,) = [fact.user_id for fact in world.facts(OperatorAppointed)]
    await operators.record(who, Deed.RETRY, "users.contracts", None, (), "mended", by())
    for _ in range(3):
        await operators.refused(USER, TENANT, "opsStreams", by())
    await operators.record(who, Deed.DISCARD, "users.contracts", "Refused", (), "a test order", by())
    first = await operators.deeds(2, None)
    second = await operators.deeds(2, first[-1].position)
    assert [type(one.fact) for one in (*first, *second)] == [OperatorActed, OperatorRefused, OperatorActed]
    assert len(world.facts(OperatorRefused)) == 1


async def test_who_is_appointed_is_registered_in_the_platforms_tenant_without_a_role_in_it(world: World) -> None:
    form = person(UUID(int=0), "ops@portal.example")
    for _ in range(2):
        await world.built.operators.appoint(form, OperatorRole.OPS, NIGHTS, by())
    registered, appointed = [fact for fact in world.store.log if fact.tenant_id == PLATFORM]
    assert isinstance(registered.event, UserRegistered)
    assert registered.event.email == "ops@portal.example"
    assert isinstance(appointed.event, OperatorAppointed)
    assert appointed.stream_id == operator_stream(registered.stream_id)
    assert appointed.event.user_id == registered.stream_id


async def test_a_companys_user_is_no_operator(world: World) -> None:
    await world.built.users.register(REGISTRATION, by())
    with pytest.raises(EmailTaken):
        await world.built.operators.appoint(REGISTRATION, OperatorRole.OPS, NIGHTS, by())
    with pytest.raises(OperatorUnknown):
        await world.built.operators.dismiss(REGISTRATION.email, NIGHTS, by())
    with pytest.raises(OperatorUnknown):
        await world.built.operators.dismiss("nobody@example.co.jp", NIGHTS, by())
    assert (REGISTRATION.role, REGISTRATION.origin) == (Role.PORTAL_ADMIN, Origin.APPLICATION_FORM)
