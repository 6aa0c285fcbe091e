"""The pages of the ops console, in every state. Next stop: tour.py, which leads here."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from gateway.application.ops_mails_ports import Kind, Standing
from gateway.projections.operator import OperatorRow
from kernel.application.flowing import Verdict
from kernel.application.watching import Flow, FlowPart, Silent
from kernel.domain.context import PLATFORM
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes import NOW, USER
from tests.unit.gateway.fakes_boards import person
from tests.unit.gateway.fakes_mail import MAIL
from tests.unit.gateway.fakes_ops import PARKED, READER, parked
from tests.unit.gateway.fakes_ops_history import fill_history
from tests.unit.gateway.fakes_ops_mails import ops_mail
from tests.unit.gateway.flows import unseen
from tests.unit.gateway.world import World

DEED = "/ops/parked/deed"
HEAD, BEHIND = 36_000_000, 3
"""How many facts a topic has, and the partition whose facts wait."""

HISTORY = f"/ops/streams/{READER}/portal.contracts.events.v1"


def appoint(world: World) -> None:
    """Make whoever logs in an operator of the platform."""
    world.boards.persons[USER] = person(role="GENERAL_USER", tenant_id=PLATFORM, groups=())
    world.boards.operators[USER] = OperatorRow(user_id=USER, role="OPS")
    world.identity.tenant_id = PLATFORM


async def console(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead an operator through the console; give the name of each page when it is open."""
    users = world.processes["users"]
    users.streams = [parked(number) for number in range(60)]
    users.streams += [replace(parked(70), error="UniqueViolationError", detail="")]
    _flow(world)
    fill_history(world.archive, (READER, "portal.contracts.events.v1"))
    for path, name in (
        ("/ops", "ops-streams"),
        ("/ops/catalogue", "ops-catalogue"),
        ("/ops/deeds", "ops-deeds"),
        ("/ops/catalogue/portal.user.registered.v1", "ops-fact"),
        ("/ops/parked", "ops-parked"),
        (f"/ops/parked?consumer={READER}&error=Unreadable", "ops-parked-kind"),
        (HISTORY, "ops-history"),
        (f"{HISTORY}?range=week", "ops-history-week"),
        ("/ops/streams/users.relay/portal.users.events.v1", "ops-history-none"),
        (f"/ops/parked/{READER}/{PARKED}", "ops-parked-one"),
        (f"{DEED}?what=retry", "ops-retry"),
        (f"{DEED}?what=discard&consumer={READER}&stream={PARKED}", "ops-discard"),
    ):
        await walker.go(path)
        yield name
    async for stop in _unmask(walker, world):
        yield stop
    await walker.go(f"{DEED}?what=discard&consumer={READER}&stream={PARKED}")
    await walker.fill(reason=" ")
    await walker.press()
    yield "ops-discard-no-reason"
    await walker.fill(reason="試験用の申し込み")
    await walker.press()
    yield "ops-discarded"
    users.streams = []
    await walker.go("/ops/parked")
    yield "ops-nothing-parked"
    for steps in (_unknown, _broker, _mails):
        async for stop in steps(walker, world):
            yield stop


async def _unmask(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead to the whole of one parked stream, which wants a reason, and of one that is no JSON."""
    users = world.processes["users"]
    await walker.go(f"/ops/parked/{READER}/{PARKED}")
    await walker.page.click("details:has(form[data-once]) summary")
    await walker.fill(reason=" ")
    await walker.press("main form[data-once] button")
    yield "ops-parked-no-reason"
    await walker.fill(reason="お客様からの問い合わせ")
    await walker.press("main form[data-once] button")
    yield "ops-parked-unmasked"
    users.as_json = False
    await walker.go(f"/ops/parked/{READER}/{PARKED}")
    yield "ops-parked-no-json"
    users.as_json = True
    world.boards.operators[USER] = OperatorRow(user_id=USER, role="OPS_VIEWER")
    await walker.go(f"/ops/parked/{READER}/{PARKED}")
    yield "ops-parked-looks"
    world.boards.operators[USER] = OperatorRow(user_id=USER, role="OPS")


async def _unknown(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the board and a reader while Kafka, a topic, a database and Redis do not say how far readers are."""
    topic = "portal.contracts.events.v1"
    world.processes["users"].flowing = [
        unseen(Silent.DATABASE, Verdict.STALLED, HEAD, consumer="users.relay", topic="portal.users.events.v1"),
        unseen(Silent.DATABASE, Verdict.STALLED, HEAD, consumer=READER, topic=topic),
    ]
    world.processes["contracts"].flowing = [
        _stands("contracts.relay", topic),
        unseen(Silent.KAFKA, Verdict.UNKNOWN, HEAD, consumer="contracts.people", topic="portal.users.events.v1"),
    ]
    world.processes["gateway"].flowing = [
        unseen(Silent.TOPIC, Verdict.UNKNOWN, HEAD, consumer="projector", topic="portal.users.events.v1"),
        unseen(Silent.REDIS, Verdict.STALLED, HEAD, consumer="projector", topic=topic),
    ]
    for path, name in (("/ops", "ops-streams-unknown"), (HISTORY, "ops-history-unknown")):
        await walker.go(path)
        yield name
    _flow(world)


async def _broker(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through topics and groups, with a partition list open on each, and what they look like without Kafka."""
    for path, name in (("/ops/topics", "ops-topics"), ("/ops/groups", "ops-groups")):
        world.broker.away = False
        await walker.go(path)
        await walker.page.locator("main details.more summary").first.click()
        yield name
        world.broker.silent = ("broker 2",)
        await walker.go(path)
        yield f"{name}-silent"
        world.broker.silent, world.broker.away = (), True
        await walker.go(path)
        yield f"{name}-away"
    world.broker.away = False


async def _mails(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the mails of all companies."""
    mails = world.ops_mailroom
    waits = {"state": Standing.IN_PROGRESS, "sent_at": None, "ended_at": None, "reason": "SMTP_CONNECTION"}
    mails.kept += [
        ops_mail(UUID(int=MAIL.int + 100 + number), due_at=NOW + timedelta(seconds=number), **waits)
        for number in range(40)
    ]
    mails.paused = {Kind.MAINTENANCE: "メールサーバーの切り替えのため"}
    for path, name in (
        ("/ops/mails", "ops-mails"),
        ("/ops/mails?state=bounced&kind=SECURITY", "ops-mails-bounced"),
        (f"/ops/mails/{MAIL}", "ops-mail"),
        ("/ops/mails/deed?what=pause", "ops-mails-pause"),
        ("/ops/mails/deed?what=drain&kind=SECURITY", "ops-mails-drain"),
        ("/ops/mails/deed?what=resend&state=bounced", "ops-mails-resend"),
        (f"/ops/mails/deed?what=receiver&mail={MAIL}", "ops-mail-receiver"),
    ):
        await walker.go(path)
        yield name
    await walker.fill(reason=" ")
    await walker.press()
    yield "ops-mail-receiver-no-reason"
    await walker.fill(reason="お客様からの問い合わせ")
    await walker.press()
    yield "ops-mail-receiver-shown"
    mails.kept, mails.paused = [], {}
    await walker.go("/ops/mails")
    yield "ops-no-mails"


def _flow(world: World) -> None:
    """Have the readers of three services flow, all but one."""
    users, contracts = "portal.users.events.v1", "portal.contracts.events.v1"
    slow = _stands("users.contracts", contracts, lag=1204, lag_seconds=48.2, rate=31.0, verdict=Verdict.SLOW)
    world.processes["users"].flowing = [
        _stands("users.relay", users),
        _stands("users.board", "log:users"),
        _stands("users.erasure", "log:users"),
        slow,
    ]
    world.processes["contracts"].flowing = [
        _stands("contracts.relay", contracts, lag=3, lag_seconds=0.1, rate=84.5),
        _stands("contracts.applications", "log:contracts", rate=84.5),
    ]
    world.processes["gateway"].flowing = [
        _stands("projector", users),
        _stands("projector", contracts, lag=2, lag_seconds=0.1, rate=84.0),
    ]


def _stands(  # noqa: PLR0917 - what a row says
    consumer: str,
    topic: str,
    lag: int = 0,
    lag_seconds: float = 0.0,
    rate: float = 0.0,
    verdict: Verdict = Verdict.OK,
) -> Flow:
    is_one = topic.startswith("log:") or consumer.endswith(".relay")
    waits = {0: lag} if is_one else {part: lag * (part == BEHIND) for part in range(6)}
    parts = tuple(
        FlowPart(
            part=part,
            place=(head := HEAD // len(waits) + part * 17) - behind,
            head=head,
            lag=behind,
            verdict=verdict if behind else Verdict.OK,
        )
        for part, behind in waits.items()
    )
    return Flow(
        consumer=consumer,
        topic=topic,
        lag=lag,
        lag_seconds=lag_seconds,
        rate=rate,
        verdict=verdict,
        since=NOW,
        parts=parts,
    )
