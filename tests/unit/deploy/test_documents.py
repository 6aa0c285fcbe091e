"""The documents agree with the code, and a fact that changes within its version is found."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from deploy.documents import __main__ as program
from deploy.documents.facts import facts, readings
from deploy.documents.schemas import Schema, breaks, schema_of
from deploy.documents.standard import breaches
from deploy.documents.writing import broken, differing, documents, text_of, write
from deploy.places import PROJECT

MADE = documents()
FACTS = facts()
REGISTERED = schema_of(next(fact for fact in FACTS if fact.type.name == "user.registered"))
RECEIVED = schema_of(next(fact for fact in FACTS if fact.type.name == "application.received"))


@pytest.mark.parametrize("path", sorted(MADE))
def test_a_document_is_as_the_code_is(path: str) -> None:
    file = PROJECT / path
    assert file.exists(), "run make docs"
    assert file.read_text(encoding="utf-8") == MADE[path], "run make docs"


def test_the_description_of_the_api_is_openapi_3_1() -> None:
    document = json.loads(MADE["docs/openapi.json"])
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    assert sorted(_dangling(document)) == []


def test_the_description_of_the_facts_holds_together() -> None:
    document = json.loads(MADE["docs/asyncapi.json"])
    assert document["asyncapi"] == "3.1.0"
    assert {channel["address"] for channel in document["channels"].values()} == {
        f"portal.{service}.events.v1" for service in ("contracts", "identity", "notifier", "users")
    }
    assert sorted(_dangling(document)) == []
    for schema in document["components"]["schemas"].values():
        # AsyncAPI's own dialect is draft 7.
        Draft7Validator.check_schema(schema)


def test_every_public_fact_is_a_message_and_whoever_reads_it_receives_it() -> None:
    document = json.loads(MADE["docs/asyncapi.json"])
    assert document["components"]["messages"].keys() == {one.type.wire_name for one in FACTS if one.type.public}
    received = {
        (name.partition(".")[0], message["$ref"].rpartition("/")[2])
        for name, operation in document["operations"].items()
        if operation["action"] == "receive"
        for message in operation["messages"]
    }
    assert received == {(one.reader, one.wire_name) for one in readings() if not one.own}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.type.wire_name)
def test_every_fact_stands_in_the_catalogue(fact: Any) -> None:
    assert f"`{fact.type.wire_name}`" in MADE["docs/events/README.md"]


def _drop(schema: Schema) -> None:
    del schema["properties"]["timezone"]


def _require(schema: Schema) -> None:
    schema["properties"]["department"] = {"type": "string"}
    schema["required"].append("department")


def _demand(schema: Schema) -> None:
    schema["required"].append("title")


def _retype(schema: Schema) -> None:
    schema["properties"]["timezone"]["type"] = "integer"


def _reformat(schema: Schema) -> None:
    del schema["properties"]["at"]["format"]


def _narrow(schema: Schema) -> None:
    schema["$defs"]["Role"]["enum"].remove("GENERAL_USER")


def _nullify(schema: Schema) -> None:
    schema["properties"]["timezone"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _unseal(schema: Schema) -> None:
    for name in ("pattern", "x-personal"):
        del schema["properties"]["email"][name]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (_drop, "/timezone is gone"),
        (_require, "/department is required"),
        (_demand, "/title is required"),
        (_retype, "/timezone changed its type"),
        (_reformat, "/at changed its format"),
        (_narrow, "/role can no longer be GENERAL_USER"),
        (_nullify, "/timezone"),
        (_unseal, "/email changed its x-personal"),
    ],
)
def test_a_change_that_former_facts_or_readers_cannot_bear_is_found(
    change: Callable[[Schema], None], where: str
) -> None:
    changed = copy.deepcopy(REGISTERED)
    change(changed)
    assert any(reason.startswith(where) for reason in breaks(REGISTERED, changed))


def test_a_change_deep_within_is_found() -> None:
    changed = copy.deepcopy(RECEIVED)
    del changed["$defs"]["OrderedContract"]["properties"]["serviceName"]
    assert breaks(RECEIVED, changed) == ["/contracts/*/serviceName is gone"]


def test_a_fact_may_grow_by_what_may_be_absent() -> None:
    changed = copy.deepcopy(REGISTERED)
    changed["properties"]["department"] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    changed["description"] = "In other words."
    assert breaks(REGISTERED, changed) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, MADE)
    return tmp_path


def test_what_was_written_just_now_is_up_to_date(project: Path) -> None:
    assert (differing(project, MADE), broken(project, FACTS)) == ([], [])


def test_a_changed_or_missing_file_is_found(project: Path) -> None:
    (project / "docs" / "openapi.json").unlink()
    (project / "docs" / "events" / "README.md").write_text("other words")
    assert differing(project, MADE) == ["docs/openapi.json", "docs/events/README.md"]


def test_a_schema_that_the_code_no_longer_keeps_is_found(project: Path) -> None:
    file = project / "docs" / "events" / "user.registered.v1.json"
    was = copy.deepcopy(REGISTERED)
    was["properties"]["nickname"] = {"type": "string"}
    file.write_text(text_of(was))
    assert broken(project, FACTS) == ["user.registered.v1.json: /nickname is gone: make it a new version"]


def test_a_former_version_stays_and_a_lost_fact_is_found(project: Path) -> None:
    events = project / "docs" / "events"
    shutil.copy(events / "user.registered.v1.json", events / "user.registered.v0.json")
    assert broken(project, FACTS) == []
    shutil.copy(events / "user.registered.v1.json", events / "user.vanished.v1.json")
    assert broken(project, FACTS) == ["user.vanished.v1.json: is no fact of any service any more"]


def test_make_check_fails_and_writes_nothing_make_docs_writes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "PROJECT", project)
    assert program.main(["--check"]) == 0
    (project / "docs" / "asyncapi.json").write_text("{}")
    (project / "gateway" / "catalogue.json").write_text("{}")
    assert program.main(["--check"]) == 1
    assert "  docs/asyncapi.json\n  gateway/catalogue.json\n" in capsys.readouterr().out
    assert (project / "docs" / "asyncapi.json").read_text() == "{}"
    assert program.main([]) == 0
    assert program.main(["--check"]) == 0


def test_m8_the_description_of_the_facts_is_as_its_standard_says_and_a_breach_is_found(tmp_path: Path) -> None:
    assert breaches(PROJECT / "docs" / "asyncapi.json") == []
    document = json.loads(MADE["docs/asyncapi.json"])
    del document["info"]["title"]
    document["operations"]["users.publishes"]["action"] = "shout"
    (tmp_path / "broken.json").write_text(text_of(document))
    found = "\n".join(breaches(tmp_path / "broken.json"))
    assert "title" in found
    assert "action" in found


def _dangling(document: dict[str, Any]) -> Iterator[str]:
    """Find references to what is not there."""
    for ref in _references(document):
        found: Any = document
        for step in ref.removeprefix("#/").split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        if found is None:
            yield ref


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
