"""One sample of each fact and version is kept for good: whoever writes or reads it understands it, whatever changes.

A sample is never edited, but for an optional member that its fact gets later; without it, it must still be understood.
A new version of a fact gets a new sample beside the old one.
"""

import importlib
import json
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from pydantic.alias_generators import to_camel

from deploy.documents.facts import WRITERS, Fact, Reading, facts, readings
from kernel.adapters.codec import Events, Facts
from kernel.adapters.personal import marks
from kernel.testing import FakeKeyring

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "docs" / "events"
SAMPLES = sorted(HERE.glob("*/*.json"))
FACTS = facts()
READINGS = readings()
STREAM = UUID("019aba2e-5c01-7a11-8b21-3c4d5e6f7001")


def name_of(value: object) -> str:
    match value:
        case Path():
            return f"{value.parent.name}/{value.name}"
        case Reading():
            return f"{value.reader} reads {value.wire_name}"
        case Fact():
            return value.type.wire_name
    return str(value)


def kind_of(sample: Path) -> tuple[str, int]:
    name, _, version = sample.name.removesuffix(".json").rpartition(".v")
    return name, int(version)


def said_in(sample: Path) -> bytes:
    return sample.read_bytes()


@cache
def codec(service: str) -> Events:
    module = importlib.import_module(f"services.{service}.domain.events")
    return Events(module.EVENTS, None, getattr(module, "UPCASTERS", ()))


def sample_of(wire_name: str) -> Path:
    (found,) = (sample for sample in SAMPLES if f"portal.{sample.name}" == f"{wire_name}.json")
    return found


@pytest.mark.parametrize("fact", FACTS, ids=name_of)
def test_each_fact_has_a_sample(fact: Fact) -> None:
    assert (HERE / fact.service / fact.file).exists()


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
async def test_its_service_reads_each_sample_for_ever(sample: Path) -> None:
    await codec(sample.parent.name).decode(*kind_of(sample), said_in(sample))


@pytest.mark.parametrize("fact", FACTS, ids=name_of)
async def test_its_service_reads_a_fact_from_before_it_got_what_is_optional(fact: Fact) -> None:
    said = json.loads((HERE / fact.service / fact.file).read_bytes())
    for one in fields(fact.cls):
        if one.default is not MISSING:
            said.pop(to_camel(one.name), None)
    await codec(fact.service).decode(fact.type.name, fact.type.version, json.dumps(said).encode())


@pytest.mark.parametrize("fact", FACTS, ids=name_of)
async def test_its_service_still_writes_what_the_sample_says(fact: Fact) -> None:
    said = (HERE / fact.service / fact.file).read_bytes()
    again = await codec(fact.service).decode(fact.type.name, fact.type.version, said)
    # Written under keys of this test's own: sealed texts are sealed once more, and everything else is as it was.
    keyring = FakeKeyring()
    written = await Events([fact.cls], keyring).encode(again, STREAM, 1)
    opened = await Events([fact.cls], keyring).decode(fact.type.name, fact.type.version, written)
    assert opened == again
    assert without_personal(fact, json.loads(written)) == without_personal(fact, json.loads(said))


@pytest.mark.parametrize("reading", READINGS, ids=name_of)
async def test_every_reader_reads_the_sample(reading: Reading) -> None:
    sample = sample_of(reading.wire_name)
    fact = await Facts([reading.cls], None).read(reading.wire_name, sample.read_bytes())
    assert type(fact) is reading.cls


@pytest.mark.parametrize("reading", READINGS, ids=name_of)
def test_every_field_that_a_reader_reads_is_written(reading: Reading) -> None:
    said = json.loads(sample_of(reading.wire_name).read_bytes())
    assert sorted(missing(reading.cls, said)) == []


@pytest.mark.parametrize("fact", FACTS, ids=name_of)
def test_the_sample_says_every_field_and_agrees_with_the_schema(fact: Fact) -> None:
    said = json.loads((HERE / fact.service / fact.file).read_bytes())
    schema = json.loads((SCHEMAS / fact.file).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(said)
    assert sorted(missing(fact.cls, said)) == []
    assert said.keys() == schema["properties"].keys()


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_personal_texts_are_sealed_for_their_person(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    assert "@" not in text
    assert "佐藤" not in text


def test_everybody_who_writes_or_reads_is_looked_at() -> None:
    assert {fact.service for fact in FACTS} == set(WRITERS)
    assert {"gateway", "identity", "notifier", "users"} <= {reading.reader for reading in READINGS}


def test_a_field_that_is_not_written_would_be_found() -> None:
    (reading,) = (one for one in READINGS if (one.reader, one.wire_name[7:]) == ("users", "application.received.v1"))
    said = json.loads(sample_of(reading.wire_name).read_bytes())
    said["administrator"]["e_mail"] = said["administrator"].pop("email")
    assert list(missing(reading.cls, said)) == ["administrator/email"]


def missing(cls: type[Any], said: Any, place: str = "") -> Iterator[str]:
    """Find the fields of a class, and of the classes within, that its JSON does not have."""
    hints = get_type_hints(cls)
    for field in fields(cls):
        name = to_camel(field.name)
        if name not in said:
            yield place + name
            continue
        inner = next((one for one in (hints[field.name], *get_args(hints[field.name])) if is_dataclass(one)), None)
        if isinstance(inner, type):
            several = said[name] if isinstance(said[name], list) else [said[name]]
            for one in several:
                yield from missing(inner, one, f"{place}{name}/")


def without_personal(fact: Fact, said: dict[str, Any]) -> dict[str, Any]:
    """Return a fact's JSON without its personal texts, which look different whenever they are sealed."""
    of = marks(fact.cls)
    for holder, texts in ((said, of.texts), *((said[name], inner.texts) for name, inner in of.within)):
        for name, _ in texts:
            assert holder.pop(name).startswith("enc:v1:")
    return said
