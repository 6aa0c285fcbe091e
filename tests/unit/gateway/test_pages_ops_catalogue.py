"""The catalogue of facts: every fact with its readers, its fields, its schema and a sample, for operators alone."""

from dataclasses import replace

import httpx
import pytest

from deploy.documents.facts import facts
from tests.unit.gateway.asking import PEOPLE
from tests.unit.gateway.reading import person, read
from tests.unit.gateway.world import World

FACT = "portal.user.registered.v1"


async def opened(world: World, role: str = "OPS_VIEWER", language: str = "ja") -> httpx.AsyncClient:
    replace(PEOPLE["ops"], operates=role).come(world)
    http = person(world, language)
    http.headers["cookie"] = PEOPLE["ops"].headers["cookie"]
    return http


@pytest.mark.parametrize(("language", "title"), [("ja", "事実の種類"), ("en", "Catalogue of facts")])
async def test_m8_the_catalogue_lists_every_fact_and_who_reads_it(world: World, language: str, title: str) -> None:
    async with await opened(world, language=language) as http:
        page = read(await http.get("/ops/catalogue"))
        board = read(await http.get("/ops"))
    assert title in page.text
    assert ("/ops/catalogue", title) in board.links
    assert {href for href, _ in page.links if href.startswith("/ops/catalogue/")} == {
        f"/ops/catalogue/{one.type.wire_name}" for one in facts()
    }


async def test_m8_a_fact_shows_fields_schema_and_sample(world: World) -> None:
    async with await opened(world) as http:
        page = read(await http.get(f"/ops/catalogue/{FACT}"))
        unknown = await http.get("/ops/catalogue/portal.user.registered.v99")
    for text in (
        "portal.users.events.v1",
        "identity",
        "notifier",
        "email",
        "個人情報(暗号化)",
        "$schema",
        "mailLanguage",
    ):
        assert text in page.text, text
    assert unknown.status_code == 404


async def test_m8_the_same_is_told_as_json(world: World) -> None:
    async with await opened(world) as http:
        listed = (await http.get("/api/v1/ops/catalogue")).json()["items"]
        one = (await http.get(f"/api/v1/ops/catalogue/{FACT}")).json()
    assert [fact["type"] for fact in listed] == [fact.type.wire_name for fact in facts()]
    assert one["jsonSchema"]["title"] == FACT
    assert set(one["sample"]) <= set(one["jsonSchema"]["properties"])
    assert {field["name"] for field in one["fields"]} >= {"userId", "email"}
    assert next(field for field in one["fields"] if field["name"] == "email")["personal"]


async def test_who_does_not_operate_sees_no_catalogue(world: World) -> None:
    PEOPLE["administrator"].come(world)
    async with person(world) as http:
        http.headers["cookie"] = PEOPLE["administrator"].headers["cookie"]
        for path in ("/ops/catalogue", f"/ops/catalogue/{FACT}", "/api/v1/ops/catalogue"):
            assert (await http.get(path)).status_code == 403, path
