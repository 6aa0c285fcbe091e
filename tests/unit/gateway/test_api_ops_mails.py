"""Mails of all companies as JSON: listed masked, seen to by who may, recorded before it is done."""

from typing import Any

import pytest

from gateway.application.ops_mails_ports import Kind, MailChoice, Standing
from kernel.domain.errors import Unavailable
from tests.unit.gateway.asking import PEOPLE, Told, ask, fresh_world, is_untouched
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes import OTHER_TENANT
from tests.unit.gateway.fakes_mail import CODE, FAILED, FOREIGN_MAIL, MAIL
from tests.unit.gateway.fakes_ops_mails import CLEAR, MASKED, ops_mail
from tests.unit.gateway.world import World

OPS, LOOKS = PEOPLE["ops"], PEOPLE["ops viewer"]
ALL = {one.id: one for one in operations() if "Mail" in one.id and one.id.startswith("ops")}


@pytest.fixture
def world() -> World:
    made = fresh_world()
    OPS.come(made)
    return made


async def say(world: World, name: str, body: Any = None, who: Any = OPS, **query: str) -> Told:
    return await ask(world, who, ALL[name], body=body, query=query)


async def test_the_mails_of_all_companies_are_one_list_filtered_by_state_kind_and_company(world: World) -> None:
    for query, expected in (
        ({}, [FOREIGN_MAIL, CODE, FAILED, MAIL]),
        ({"state": "bounced"}, [FAILED]),
        ({"kind": "FAULT"}, [FOREIGN_MAIL]),
        ({"tenantId": str(OTHER_TENANT)}, [FOREIGN_MAIL]),
        ({"state": "completed", "kind": "FAULT"}, []),
    ):
        told = await say(world, "opsMails", **query)
        assert [one["messageId"] for one in told.json["items"]] == [str(one) for one in expected], query


async def test_the_list_goes_on_behind_its_cursor(world: World) -> None:
    world.ops_mailroom.kept = [ops_mail() for _ in range(5)]
    first = (await say(world, "opsMails", limit="3")).json
    second = (await say(world, "opsMails", limit="3", cursor=first["nextCursor"])).json
    assert (len(first["items"]), len(second["items"]), second["nextCursor"]) == (3, 2, None)
    told = await say(world, "opsMails", cursor="nonsense")
    assert (told.status, told.code) == (422, "cursor-unreadable")


async def test_v9_an_address_is_masked_and_shown_only_for_a_reason_that_is_on_record(world: World) -> None:
    listed, one = await say(world, "opsMails"), await say(world, "opsMail")
    assert CLEAR.encode() not in listed.body + one.body
    assert one.json["mail"]["receiver"] == MASKED
    assert (await say(world, "opsMailReceiver", {})).status == 422
    assert world.mail_deeds.recorded == []
    shown = await say(world, "opsMailReceiver", {"reason": "the customer asked"})
    assert shown.json["email"] == CLEAR
    assert [(deed, of, why) for _, deed, of, why in world.mail_deeds.recorded] == [
        ("SHOW_RECEIVER", MailChoice(mails=(MAIL,)), "the customer asked")
    ]


async def test_a_mails_life_names_its_facts_and_the_fact_that_led_to_it(world: World) -> None:
    told = (await say(world, "opsMail")).json
    assert [fact["type"] for fact in told["facts"]] == ["message.queued", "message.deferred", "message.sent"]
    assert told["mail"]["causeType"] == "portal.credential.activation-issued.v1"
    assert told["mail"]["correlationId"]


@pytest.mark.parametrize(
    ("name", "body", "deed", "done"),
    [
        ("opsPauseMails", {"kind": "FAULT"}, "PAUSE_MAILS", ("pause", (Kind.FAULT,))),
        ("opsPauseMails", {}, "PAUSE_MAILS", ("pause", ())),
        ("opsResumeMails", {"kind": "FAULT"}, "RESUME_MAILS", ("resume", (Kind.FAULT,))),
        ("opsDrainMails", {}, "DRAIN_MAILS", ("drain", ())),
        (
            "opsResendMails",
            {"state": "bounced"},
            "RESEND_MAILS",
            ("resend", MailChoice(state=Standing.BOUNCED)),
        ),
        ("opsResendMails", {"mails": [str(FAILED)]}, "RESEND_MAILS", ("resend", MailChoice(mails=(FAILED,)))),
    ],
)
async def test_what_is_done_is_recorded_first_and_a_dry_run_does_and_records_nothing(
    world: World, name: str, body: dict[str, Any], deed: str, done: tuple[object, ...]
) -> None:
    tried = await say(world, name, {**body, "reason": "to see", "dryRun": True})
    assert tried.status == 200
    assert is_untouched(world)
    world.mail_deeds.refuses = True
    assert (await say(world, name, {**body, "reason": "mended"})).status == 403
    assert is_untouched(world)
    world.mail_deeds.refuses = False
    assert (await say(world, name, {**body, "reason": "mended"})).json.keys() == {"mails", "left"}
    assert [(said, why) for _, said, _, why in world.mail_deeds.recorded] == [(deed, "mended")]
    assert world.ops_mailroom.done == [done]


async def test_o1_an_activation_mail_that_was_refused_goes_out_with_a_new_link_after_it_is_on_record(
    world: World,
) -> None:
    lost = ops_mail(FAILED, template="ACTIVATION", state=Standing.FAILED, reason="SMTP_550")
    world.ops_mailroom.kept = [lost]
    order = {"mails": [str(FAILED)], "reason": "the mailbox is there again"}
    assert (await say(world, "opsResendMails", {**order, "dryRun": True})).json == {"mails": 1, "left": 0}
    assert (world.links.renewed, world.mail_deeds.recorded) == ([], [])
    assert (await say(world, "opsResendMails", order)).json == {"mails": 1, "left": 0}
    assert (world.links.renewed, len(world.mail_deeds.recorded)) == ([lost.user_id], 1)
    assert (await say(world, "opsResendMails", order)).code == "already-ordered"
    assert world.ops_mailroom.done == []


async def test_an_activation_mail_that_still_waits_needs_no_new_link(world: World) -> None:
    world.ops_mailroom.kept = [ops_mail(FAILED, template="ACTIVATION", state=Standing.IN_PROGRESS, ended_at=None)]
    await say(world, "opsResendMails", {"mails": [str(FAILED)], "reason": "why does it wait"})
    assert world.links.renewed == []


async def test_what_makes_no_sense_to_send_again_is_counted_and_what_reached_somebody_not_chosen(world: World) -> None:
    told = await say(world, "opsResendMails", {"reason": "mended", "dryRun": True})
    assert told.json == {"mails": 1, "left": 1}, "a code belongs to one login"
    assert (await say(world, "opsResendMails", {"state": "completed", "reason": "again"})).status == 422
    unknown = await say(world, "opsResendMails", {"mails": ["019abcde-0000-7000-8000-00000000ffff"], "reason": "x"})
    assert (unknown.status, unknown.code) == (404, "message-unknown")


@pytest.mark.parametrize("name", sorted(ALL))
async def test_where_the_notifier_is_away_it_is_said_to_come_again(world: World, name: str) -> None:
    world.ops_mailroom.away = True
    told = await say(world, name)
    if name != "opsMailReceiver":
        assert (told.status, told.code) == (503, Unavailable.code)


@pytest.mark.parametrize("name", sorted(one.id for one in ALL.values() if one.changes))
async def test_m4_who_may_only_look_changes_nothing_and_sees_no_address(name: str) -> None:
    world = fresh_world()
    LOOKS.come(world)
    assert (await say(world, name, who=LOOKS)).status == 403
    assert is_untouched(world)
