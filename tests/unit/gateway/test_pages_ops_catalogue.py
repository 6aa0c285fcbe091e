"""The catalogue of facts: every fact with its readers, its fields, its schema and a sample, for operators alone."""

import json
import re
from dataclasses import replace

import httpx
import pytest

from deploy.documents.catalogue import meaning
from deploy.documents.facts import Fact, facts
from deploy.documents.schemas import schema_of
from gateway.adapters.fact_words import read_fact_words
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


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.type.wire_name)
def test_m8_every_fact_has_a_japanese_meaning(fact: Fact) -> None:
    words = read_fact_words("ja").get((fact.type.wire_name, meaning(fact)), "")
    assert re.search(r"[\u3041-\u30ff]", words), "facts.po says it of another sentence, or not at all"
    assert not re.search(r"ユーザ(?!ー)", words)


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.type.wire_name)
def test_m8_a_schema_says_what_things_are_in_english_alone(fact: Fact) -> None:
    assert not re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", json.dumps(schema_of(fact), ensure_ascii=False))


def test_m8_no_meaning_is_left_of_a_fact_that_is_gone() -> None:
    assert read_fact_words("ja").keys() == {(fact.type.wire_name, meaning(fact)) for fact in facts()}


async def test_m8_a_meaning_is_in_the_language_of_the_page_and_in_english_as_the_code_says_it(world: World) -> None:
    shown = {}
    for language in ("ja", "en"):
        async with await opened(world, language=language) as http:
            shown[language] = [read(await http.get(path)).text for path in ("/ops/catalogue", f"/ops/catalogue/{FACT}")]
    (japanese, japanese_one), (english, english_one) = shown["ja"], shown["en"]
    for fact in facts():
        assert meaning(fact) in english
        assert meaning(fact) not in japanese
    registered = next(fact for fact in facts() if fact.type.wire_name == FACT)
    assert meaning(registered) in english_one
    assert "ユーザーが登録されました。" in japanese_one


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


async def test_m8_json_tells_a_meaning_in_the_language_that_is_asked_for(world: World) -> None:
    told = {}
    for language in ("ja", "en"):
        async with await opened(world, language=language) as http:
            listed = (await http.get("/api/v1/ops/catalogue")).json()["items"]
            one = (await http.get(f"/api/v1/ops/catalogue/{FACT}")).json()
        told[language] = {fact["type"]: fact["meaning"] for fact in listed}
        assert one["meaning"] == told[language][FACT]
    assert told["en"] == {fact.type.wire_name: meaning(fact) for fact in facts()}
    assert told["ja"][FACT].startswith("ユーザーが登録されました。")
    assert all(re.search(r"[\u3041-\u30ff]", words) for words in told["ja"].values())


async def test_who_does_not_operate_sees_no_catalogue(world: World) -> None:
    PEOPLE["administrator"].come(world)
    async with person(world) as http:
        http.headers["cookie"] = PEOPLE["administrator"].headers["cookie"]
        for path in ("/ops/catalogue", f"/ops/catalogue/{FACT}", "/api/v1/ops/catalogue"):
            assert (await http.get(path)).status_code == 403, path
