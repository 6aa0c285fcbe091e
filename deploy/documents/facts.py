"""Finds all facts in the code: who writes them, who reads them, with which fields. Next stop: schemas.py."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from deploy.services import NAMES
from kernel.adapters.kafka.topics import topic_of
from kernel.domain.event import EventType, event_type
from kernel.domain.reads import wire_name

GATEWAY = "gateway"
WRITERS = tuple(name for name in NAMES if name != GATEWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event class and the service whose log holds it."""

    service: str
    cls: type[Any]

    @property
    def type(self) -> EventType:
        """Return what was declared of it."""
        return event_type(self.cls)

    @property
    def file(self) -> str:
        """Return what its schema and its wire sample are called."""
        return f"{self.type.name}.v{self.type.version}.json"

    @property
    def topic(self) -> str:
        """Return where it goes if it is public."""
        return topic_of(self.service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A class through which somebody reads a fact."""

    reader: str
    wire_name: str
    cls: type[Any]

    @property
    def own(self) -> bool:
        """Whether the reader is the writer, who knows the whole fact."""
        return hasattr(self.cls, "__event_type__")


def facts() -> list[Fact]:
    """Return all facts, service by service, in the order of their declaration."""
    found: list[Fact] = []
    for service in WRITERS:
        events = importlib.import_module(f"services.{service}.domain.events").EVENTS
        found.extend(Fact(service=service, cls=cls) for cls in events)
    return found


def readings() -> list[Reading]:
    """Return all classes through which facts are read, reader by reader."""
    places = [*((service, f"services.{service}.consumers") for service in WRITERS), (GATEWAY, "gateway.sources")]
    return [
        Reading(reader=reader, wire_name=wire_name(cls), cls=cls)
        for reader, package in places
        for module in _modules(package)
        for cls in _read_in(module)
    ]


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    for found in sorted(pkgutil.iter_modules(root.__path__, f"{package}."), key=lambda one: one.name):
        yield importlib.import_module(found.name)


def _read_in(module: ModuleType) -> Iterator[type[Any]]:
    for value in vars(module).values():
        if not isinstance(value, type):
            continue
        declared_here = hasattr(value, "__wire_name__") and value.__module__ == module.__name__
        # A consumer has its own service's events only where it reads the own log.
        if declared_here or hasattr(value, "__event_type__"):
            yield value
