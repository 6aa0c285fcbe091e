"""All companies' mails for who operates: listed, paused, resumed, drained, sent again; real database, real mailbox."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.adapters.clock import new_id
from kernel.adapters.http.ops import ACT, READ
from services.notifier.api.use import RECEIVERS
from services.notifier.application.desk import MOST_RESENT
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import KIND_OF, Kind
from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World

HANAKO, TARO = "hanako.sato@example.co.jp", "taro@example.co.jp"
DESK = "/internal/ops/mails"


async def look(world: World, path: str = "", **more: Any) -> Any:
    answer = await world.asked("GET", DESK + path, scopes=[READ], tenant_id=uuid4(), **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def order(
    world: World, what: str, body: Mapping[str, Any] = MappingProxyType({}), scopes: tuple[str, ...] = (ACT,)
) -> Any:
    content, kind = json.dumps(dict(body)).encode(), {"Content-Type": "application/json"}
    answer = await world.asked("POST", f"{DESK}/{what}", scopes=scopes, content=content, headers=kind)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_template_is_of_the_kind_in_the_database_that_it_is_of_in_code(world: World) -> None:
    for template in Template:
        assert await world.pool.fetchval("SELECT mail.kind_of($1)", template) == KIND_OF[template]


async def test_mails_of_all_companies_are_listed_with_masked_addresses_and_counted_as_they_end(world: World) -> None:
    user = await world.person(HANAKO)
    await world.activation(user)
    async with world.sending():
        await until(world.ended)
    await world.chaos(Recipient=550)
    world.tenant_id, elsewhere = new_id(), world.tenant_id
    other = await world.person(TARO)
    await world.password_changed(other)
    async with world.sending():
        await until(lambda: world.ended(2))
    await world.chaos()
    await world.code(other)

    found = (await look(world))["items"]
    assert [(one["state"], one["receiver"]) for one in found] == [
        ("initial", "t•••@example.co.jp"),
        ("failed", "t•••@example.co.jp"),
        ("completed", "h•••@example.co.jp"),
    ]
    for query, count in (
        ("?state=failed", 1),
        ("?kind=SECURITY", 3),
        ("?kind=FAULT", 0),
        (f"?tenantId={elsewhere}", 1),
        (f"?tenantId={elsewhere}&state=failed&kind=SECURITY", 0),
    ):
        assert len((await look(world, query))["items"]) == count, query
    seen, cursor = [], ""
    while cursor is not None:
        page = await look(world, f"?limit=1{cursor and f'&cursor={cursor}'}")
        seen += [one["messageId"] for one in page["items"]]
        cursor = page["nextCursor"]
    assert seen == [one["messageId"] for one in found]

    now = await look(world, "/now")
    assert [(one["kind"], one["waiting"], one["putOff"]) for one in now["queue"]] == [("SECURITY", 1, 0)]
    assert {(one["fact"], one["mails"]) for one in now["outcomes"]} == {
        ("message.queued", 2),
        ("message.sent", 1),
        ("message.failed", 1),
    }
    await world.forgotten_place("notifier.board")
    assert await look(world, "/now") == now, "what is read again is not counted again"


async def test_one_mails_life_is_its_facts_and_the_address_needs_a_token_that_may_know_it(world: World) -> None:
    user = await world.person(HANAKO)
    await world.activation(user)
    async with world.sending():
        await until(world.ended)
    (mail,) = (await look(world))["items"]
    life = await look(world, f"/{mail['messageId']}")
    assert [fact["type"] for fact in life["facts"]] == ["message.queued", "message.sent"]
    assert life["mail"]["causeId"].startswith(f"{user}/")
    refused = await world.asked("POST", f"{DESK}/{mail['messageId']}/receiver", scopes=[ACT])
    assert refused.status_code == 403
    assert HANAKO not in refused.text
    shown = await order(world, f"{mail['messageId']}/receiver", scopes=(ACT, RECEIVERS))
    assert shown["email"] == HANAKO
    unknown = await world.asked("GET", f"{DESK}/{uuid4()}", scopes=[READ])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "message-unknown")


async def test_what_is_paused_waits_at_every_sender_and_goes_out_once_when_it_is_resumed(world: World) -> None:
    user = await world.person(HANAKO)
    await order(world, "pause", {"kinds": ["SECURITY"], "reason": "the mail server moves"})
    await world.activation(user)
    async with world.sending(2):
        await world.password_changed(user)
        await until(lambda: _others_were_looked_at(world, user))
        assert await world.facts() == ["message.queued", "message.suppressed"], "that is the mail of another kind"
    assert await world.mails(HANAKO) == []
    (pause,) = (await look(world, "/now"))["pauses"]
    assert (pause["kind"], pause["pausedBy"], pause["reason"]) == ("SECURITY", "user:x", "the mail server moves")
    # The senders that begin now never heard of the order: it stands in the database, as after a restart.
    async with world.sending(2):
        await order(world, "resume")
        await until(lambda: world.ended(3))
    assert len(await world.mails(HANAKO)) == 2


async def _others_were_looked_at(world: World, user: UUID) -> bool:
    """Have a mail of another kind wait, which nobody may see; tell whether a sender took it, and so saw the others."""
    if not await world.pool.fetchval("SELECT 1 FROM mail.queue WHERE kind = 'FAULT'"):
        await world.password_changed(user)
        await world.pool.execute(
            "UPDATE mail.queue SET template = 'FAULT', rank = 2 WHERE message_id ="
            " (SELECT message_id FROM mail.queue ORDER BY message_id DESC LIMIT 1)"
        )
    return await world.ended()


async def test_a_kind_that_is_paused_does_not_keep_the_others_from_going_out(world: World) -> None:
    user = await world.person(HANAKO)
    await order(world, "pause", {"kinds": ["FAULT", "ORDER_STATUS", "MAINTENANCE", "DIGEST"], "reason": "too many"})
    await world.activation(user)
    async with world.sending():
        await until(world.ended)
    assert len(await world.mails(HANAKO)) == 1
    assert {one["kind"] for one in (await look(world, "/now"))["pauses"]} == {*Kind} - {"SECURITY"}


async def test_a_code_that_expired_while_sending_was_paused_is_never_sent(world: World) -> None:
    user = await world.person(HANAKO)
    await order(world, "pause", {"reason": "the mail server moves"})
    await world.code(user)
    await world.password_changed(user)
    await world.pool.execute("UPDATE mail.queue SET not_after = now() WHERE template = 'MAIL_CODE'")
    async with world.sending():
        await order(world, "resume")
        await until(lambda: world.ended(2))
    assert await world.reasons() == ["EXPIRED"]
    (mail,) = await world.mails(HANAKO)
    assert "パスワード変更" in mail["Subject"]


async def test_a_drain_tries_at_once_what_was_put_off_at_its_pace_and_leaves_what_is_paused(world: World) -> None:
    user = await world.person(HANAKO)
    for _ in range(3):
        await world.password_changed(user)
    later = datetime.now(UTC) + timedelta(hours=1)
    await world.pool.execute("UPDATE mail.queue SET due_at = $1", later)
    await order(world, "pause", {"kinds": ["SECURITY"], "reason": "first"})
    assert await order(world, "drain", {"dryRun": True}) == {"mails": 0, "left": 0}
    await order(world, "resume")
    assert await order(world, "drain", {"dryRun": True}) == {"mails": 3, "left": 0}
    assert await world.pool.fetchval("SELECT min(due_at) FROM mail.queue") == later
    assert await order(world, "drain", {"pace": 0.5}) == {"mails": 3, "left": 0}
    moments = [row["due_at"] for row in await world.pool.fetch("SELECT due_at FROM mail.queue ORDER BY 1")]
    assert [round((one - moments[0]).total_seconds()) for one in moments] == [0, 2, 4]
    await order(world, "drain", {"pace": 1000})
    async with world.sending():
        await until(lambda: world.ended(3))
    assert len(await world.mails(HANAKO)) == 3


async def test_m11_what_reached_nobody_is_sent_again_in_one_go_and_each_wish_once(world: World) -> None:
    user = await world.person(HANAKO)
    await world.chaos(Recipient=550)
    for _ in range(20):
        await world.password_changed(user)
    await world.code(user)
    async with world.sending():
        await until(lambda: world.ended(21), 30)
    await world.chaos()
    assert await order(world, "resend", {"dryRun": True}) == {"mails": 20, "left": 1}, "a code belongs to one login"
    assert await order(world, "resend", {"state": "failed", "kind": "SECURITY"}) == {"mails": 20, "left": 1}
    assert await order(world, "resend") == {"mails": 0, "left": 1}
    async with world.sending():
        await until(lambda: world.ended(41), 30)
    assert len(await world.mails(HANAKO)) == 20
    (again, *_) = (await look(world, "?state=completed"))["items"]
    named = await order(world, "resend", {"mails": [again["messageId"]]})
    assert named == {"mails": 1, "left": 0}
    assert (await look(world, "?limit=1"))["items"][0]["resendOf"] == again["messageId"]


async def test_m11_mails_that_nobody_may_send_again_do_not_hide_the_others_however_many_they_are(world: World) -> None:
    user = await world.person(HANAKO)
    await _bounced(world, user, MOST_RESENT + 1, "ACTIVATION", datetime.now(UTC) - timedelta(hours=2))
    await world.chaos(Recipient=550)
    await world.password_changed(user)
    async with world.sending():
        await until(lambda: world.ended(MOST_RESENT + 2))
    await world.chaos()
    assert await order(world, "resend", {"dryRun": True}) == {"mails": 1, "left": MOST_RESENT + 1}
    assert await order(world, "resend") == {"mails": 1, "left": MOST_RESENT + 1}
    async with world.sending():
        await until(lambda: world.ended(MOST_RESENT + 3))
    assert len(await world.mails(HANAKO)) == 1


async def test_m11_one_wish_sends_five_hundred_again_and_the_next_one_the_others(world: World) -> None:
    user = await world.person(HANAKO)
    await _bounced(world, user, MOST_RESENT + 20, "FAULT", datetime.now(UTC) - timedelta(hours=2))
    await _bounced(world, user, 3, "STEP_UP_CODE", datetime.now(UTC) - timedelta(hours=3))
    assert await order(world, "resend", {"dryRun": True}) == {"mails": MOST_RESENT, "left": 3}
    since = {"since": "1960-01-01T00:00:00Z", "dryRun": True}
    assert await order(world, "resend", since) == {"mails": MOST_RESENT, "left": 3}
    await world.pool.execute(
        "UPDATE mail.board SET resent = true WHERE message_id IN"
        " (SELECT message_id FROM mail.board WHERE template = 'FAULT' ORDER BY message_id LIMIT $1)",
        MOST_RESENT,
    )
    assert await order(world, "resend", {"dryRun": True}) == {"mails": 20, "left": 3}


async def _bounced(world: World, user: UUID, mails: int, template: str, at: datetime) -> None:
    """Have as many mails come back that were queued then."""
    first = int(at.timestamp() * 1000) << 80
    ids = [UUID(int=first + number) for number in range(mails)]
    await world.pool.execute(
        "INSERT INTO mail.queue (message_id, dedupe_key, tenant_id, user_id, template, secret_id, cause_id,"
        " correlation_id, not_after, caused_at, state)"
        " SELECT id, id::text, $2, $3, $4, id, '', id, $5::timestamptz + interval '1 day', $5, 'ENDED'"
        " FROM unnest($1::uuid[]) id",
        ids, world.tenant_id, user, template, at,
    )  # fmt: skip
    await world.pool.execute(
        "INSERT INTO mail.board (message_id, tenant_id, user_id, template, cause_type, cause_id, correlation_id,"
        " generation, queued_at, version, state, reason)"
        " SELECT id, $2, $3, $4, '', '', id, 1, $5, 2, 'failed', 'DSN_5.1.1' FROM unnest($1::uuid[]) id",
        ids, world.tenant_id, user, template, at,
    )  # fmt: skip


@pytest.mark.parametrize(("what", "scope"), [("pause", READ), ("resume", READ), ("drain", READ), ("resend", READ)])
async def test_m4_a_token_that_only_looks_orders_nothing(world: World, what: str, scope: str) -> None:
    content, kind = b'{"reason": "x"}', {"Content-Type": "application/json"}
    answer = await world.asked("POST", f"{DESK}/{what}", scopes=[scope], content=content, headers=kind)
    assert answer.status_code == 403
