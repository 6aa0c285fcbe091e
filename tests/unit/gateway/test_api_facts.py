"""What the back office reports over the public API: passed on as it came, tables judged row by row."""

from typing import Any
from uuid import UUID

import pytest

from gateway.projections.early_fact import EarlyFactRow
from tests.unit.gateway.asking import PEOPLE, ask, fresh_world, portal, send
from tests.unit.gateway.bodies import BODIES
from tests.unit.gateway.described import Operation, operations
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.world import World

OPERATOR = PEOPLE["operator"]
CSV = "text/csv; charset=utf-8"


def operation(name: str) -> Operation:
    return next(one for one in operations() if one.id == name)


async def table(world: World, kind: str, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    headers = {"idempotency-key": "key-1", "content-type": CSV} | OPERATOR.headers
    return await send(portal(world), "POST", f"/api/v1/operator/bulk/{kind}", "", headers, content)


async def test_m7_a_report_is_passed_on_with_its_key_and_its_fields() -> None:
    world = fresh_world()
    told = await ask(world, OPERATOR, operation("reportIncident"))
    assert told.status == 201
    assert world.contracts.calls == [("/incidents", BODIES["reportIncident"], "key-1")]


async def test_n7_a_report_of_lines_is_passed_on_with_them_and_one_of_a_title_of_lines_is_refused() -> None:
    world = fresh_world()
    report = BODIES["reportIncident"] | {"text": "復旧作業中です。\r\n終わり次第お知らせします。"}
    assert (await ask(world, OPERATOR, operation("reportIncident"), body=report)).status == 201
    ((_path, body, _key),) = world.contracts.calls
    assert body["text"] == "復旧作業中です。\n終わり次第お知らせします。"
    refused = await ask(world, OPERATOR, operation("reportIncident"), body=report | {"title": "故障\n東京"})
    assert refused.status == 422
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/title", "control-character")]


async def test_a_table_becomes_rows_and_empty_cells_are_left_out() -> None:
    world = fresh_world()
    text = (
        "\ufeffmaintenanceNumber,name,contractNumbers,startsAt,endsAt,text\r\n"
        'M000000001,"更改, 東京",N000000001 N000000002,2026-12-01T00:00:00Z,2026-12-01T04:00:00Z,\r\n'
        "\r\n"
        "M000000002,点検,N000000003,2026-12-01T00:00:00Z,2026-12-01T04:00:00Z,影響なし\r\n"
    )
    told = await table(world, "maintenances", text)
    assert (told.status, told.json["done"], told.json["rows"]) == (200, 2, [])
    ((path, body, _key),) = world.contracts.calls
    assert path == "/bulk/maintenances"
    assert body["rows"][0]["contractNumbers"] == ["N000000001", "N000000002"]
    assert body["rows"][0]["name"] == "更改, 東京"
    assert "text" not in body["rows"][0]
    assert body["rows"][1]["text"] == "影響なし"


async def test_a_long_table_is_passed_on_in_parts_whose_rows_keep_their_numbers() -> None:
    world = fresh_world()
    lines = "".join(f"N{number:09},1\r\n" for number in range(450))
    told = await table(world, "service-statuses", f"contractNumber,serviceStatus\r\n{lines}")
    assert told.json["done"] == 450
    assert [len(body["rows"]) for _, body, _ in world.contracts.calls] == [200, 200, 50]
    assert len({key for _, _, key in world.contracts.calls}) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "too-few"),
        ("contractNumber,serviceStatus\r\n", "too-few"),
        ("contractNumber\r\n" + "N000000001\r\n" * 1001, "too-many"),
        ("a,a\r\n1,2\r\n", "malformed"),
        ('contractNumber\r\n"N0000\r\n', "malformed"),
        ("contractNumber\r\nあ".encode("shift_jis"), "malformed"),
    ],
)
async def test_a_table_that_is_none_is_refused_as_a_whole(text: str | bytes, code: str) -> None:
    world = fresh_world()
    told = await table(world, "service-statuses", text)
    assert (told.status, told.code) == (422, "invalid")
    assert [one["code"] for one in told.json["errors"]] == [code]
    assert world.contracts.calls == []


async def test_a_cell_that_no_column_names_is_not_lost() -> None:
    world = fresh_world()
    await table(world, "service-statuses", "contractNumber,serviceStatus\r\nN000000001,1,more\r\n")
    ((_path, body, _key),) = world.contracts.calls
    assert body["rows"] == [{"": ["more"]}]


async def test_what_waits_for_contracts_is_shown_to_the_operator_oldest_first() -> None:
    world = fresh_world()
    world.boards.early = [
        EarlyFactRow(
            contract_number=f"N{number:09}",
            fact_id=UUID(int=number),
            kind="STATUS",
            service_status="ABNORMAL",
            occurred_at=NOW,
            kept_at=NOW,
        )
        for number in (2, 1, 3)
    ]
    told = await ask(world, OPERATOR, operation("earlyFacts"), query={"limit": "2"})
    assert [one["contractNumber"] for one in told.json["items"]] == ["N000000001", "N000000002"]
    more = await ask(world, OPERATOR, operation("earlyFacts"), query={"cursor": told.json["nextCursor"]})
    assert [one["contractNumber"] for one in more.json["items"]] == ["N000000003"]
