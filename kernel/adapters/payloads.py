"""What a fact says, as an operator may see it: personal texts covered, secrets hidden. Next stop: sealing.py."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from kernel.adapters.personal import Marks, marks, spots
from kernel.adapters.sealing import Sealed
from kernel.application.browsing import Covered, Payload, Schema, Shown
from kernel.application.consume import Decoder
from kernel.application.ports import Keyring
from kernel.domain.errors import Unreadable

HIDDEN = "fingerprint|hash|secret|token|seed|password"
_SECRET = re.compile(f"(?i)({HIDDEN})$")
"""How names of members end that stand for a secret.

No fact holds one, and an HMAC of what somebody typed is none to show.
"""

_ID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(/[0-9]{1,10})?"
_DAY = r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
# Not longer and without a zero in front: it may be somebody's telephone number.
_NUMBER = r"-?(0|[1-9][0-9]{0,5})([.][0-9]{1,9})?"
_PLAIN = re.compile(f"{_ID}|{_DAY}({_TIME})?|{_NUMBER}")
"""Texts that say nothing of anybody: ids of streams and events, dates and times, numbers."""
_LONG = 1_000_000
"""From this size on a number has more digits than one that surely is nobody's."""
_NAME = re.compile(f"[A-Za-z][A-Za-z0-9_]{{0,63}}|{_ID}")
"""Names that code gives to members; another may be what somebody typed."""

Place = tuple[dict[str, Any] | list[Any], str | int, str]
"""What holds a text, under which name or number, and the path to it."""


async def payload_of(data: bytes, wire_type: str, facts: Decoder, keyring: Keyring, *, unmask: bool) -> Payload:
    """Return what a fact says; personal texts only where *unmask*, and never those of who was forgotten.

    Sealed texts are known by how they look. What is declared to be personal is covered even where somebody wrote it
    unsealed; where nothing is declared, or something else is said, every text is that is no id, short number or date,
    and every number that is long. What stands beneath the name of a secret is hidden whole.
    Raises: Unavailable.
    """
    schema, note = await _judged(data, wire_type, facts)
    made = _json(data)
    if made is None:
        return Payload(data=None, schema=schema, note=note or "not JSON")
    covered = _hidden(made)
    if wire_type in facts.types:
        covered += _bare(marks(facts.types[wire_type]), made[""], unmask=unmask)
    if schema is not Schema.FITS:
        covered += _unsure(made, {one.path for one in covered}, unmask=unmask)
    covered += await _personal(made, keyring, unmask=unmask)
    return Payload(data=made[""], schema=schema, covered=tuple(covered), note=note)


def secrets_of(data: bytes) -> set[str]:
    """Return every text and number of a payload that stands for a secret; none of what is no JSON."""
    return {said for holder, name, _ in _secret(_json(data)) for said in _said(holder[name])}  # type: ignore[index]


async def _judged(data: bytes, wire_type: str, facts: Decoder) -> tuple[Schema, str]:
    try:
        await facts.read(wire_type, data)
    except Unreadable as broken:
        known = wire_type in facts.types
        return (Schema.BROKEN if known else Schema.UNKNOWN), broken.detail
    return Schema.FITS, ""


def _json(data: bytes) -> dict[str, Any] | None:
    """Return the payload as the one member of an object, so that every text has a holder."""
    try:
        return {"": from_json(data)}
    except ValueError:
        return None


def _hidden(made: Any) -> list[Covered]:
    found = list(_secret(made))
    for holder, name, _ in found:
        holder[name] = None  # type: ignore[index]
    return [Covered(path=path, shown=Shown.HIDDEN) for _, _, path in found]


def _secret(made: Any, path: str = "", *, root: bool = True) -> Iterator[Place]:
    """Find what stands beneath the name of a secret, each of it whole; what is null or true says none."""
    for name, value, at in _members(made, path, root=root):
        if isinstance(name, str) and _SECRET.search(name):
            if value is not None and not isinstance(value, bool):
                yield made, name, at
        else:
            yield from _secret(value, at, root=False)


def _said(value: Any) -> Iterator[str]:
    """Return the texts and numbers that a value is made of, names among them."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from _said(member)
    elif isinstance(value, list):
        for member in value:
            yield from _said(member)
    elif isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, bool):
        yield json.dumps(value)


async def _personal(made: Any, keyring: Keyring, *, unmask: bool) -> list[Covered]:
    sealed = [(place, one) for place in _texts(made) if (one := _sealed(place)) is not None]
    if not sealed:
        return []
    texts = [holder[name] for (holder, name, _), _ in sealed]  # type: ignore[index]
    opened = await _opened(keyring, texts)
    covered = []
    for ((holder, name, path), subject), text in zip(sealed, opened, strict=True):
        shown: Shown = Shown.SHREDDED if text is None else Shown.SHOWN if unmask else Shown.MASKED
        holder[name] = text if shown is Shown.SHOWN else None  # type: ignore[index]
        covered.append(Covered(path=path, shown=shown, subject_id=subject))
    return covered


def _bare(declared: Marks, made: Any, *, unmask: bool) -> list[Covered]:
    """Cover what is personal and was not sealed."""
    found = [spot for spot in spots(declared, made) if not _is_sealed(spot.holder[spot.name])]
    if not unmask:
        for spot in found:
            spot.holder[spot.name] = None
    shown = Shown.SHOWN if unmask else Shown.MASKED
    return [Covered(path=f"/{spot.path.replace('.', '/')}", shown=shown) for spot in found]


def _unsure(made: Any, known: Collection[str], *, unmask: bool) -> list[Covered]:
    """Cover what may be somebody's in a payload that fits nothing declared."""
    found = [place for place in _doubtful(made) if place[2] not in known]
    if not unmask:
        for holder, name, _ in found:
            holder[name] = None  # type: ignore[index]
    shown = Shown.SHOWN if unmask else Shown.MASKED
    return [Covered(path=path, shown=shown) for _, _, path in found]


async def _opened(keyring: Keyring, texts: list[str]) -> list[str | None]:
    """Return the texts; one that was moved or changed counts as one that nobody can read."""
    try:
        return await keyring.open(texts)
    except Unreadable:
        found: list[str | None] = []
        for text in texts:
            try:
                found += await keyring.open([text])
            except Unreadable:
                found.append(None)
        return found


def _sealed(place: Place) -> UUID | None:
    holder, name, _ = place
    text: str = holder[name]  # type: ignore[index]
    return Sealed.parse(text).subject if _is_sealed(text) else None


def _is_sealed(text: Any) -> bool:
    try:
        return isinstance(text, str) and Sealed.parse(text) is not None
    except Unreadable:
        return False


def _texts(made: Any, path: str = "", *, root: bool = True) -> Iterator[Place]:
    for name, value, at in _members(made, path, root=root):
        if isinstance(value, str):
            yield made, name, at
        else:
            yield from _texts(value, at, root=False)


def _doubtful(made: Any, path: str = "", *, root: bool = True) -> Iterator[Place]:
    """Find texts and numbers that are not plain, and objects with names that no code gives: each of them whole."""
    for name, value, at in _members(made, path, root=root):
        if isinstance(value, str):
            if not _PLAIN.fullmatch(value) and not _is_sealed(value):
                yield made, name, at
        elif isinstance(value, int | float):
            # JSON may say NaN, which is less than nothing.
            if not abs(value) < _LONG:
                yield made, name, at
        elif isinstance(value, dict) and not all(map(_NAME.fullmatch, value)):
            yield made, name, at
        else:
            yield from _doubtful(value, at, root=False)


def _members(made: Any, path: str, *, root: bool) -> Iterator[tuple[Any, Any, str]]:
    members = made.items() if isinstance(made, dict) else enumerate(made) if isinstance(made, list) else ()
    for name, value in list(members):
        yield name, value, "" if root else f"{path}/{_escaped(name)}"


def _escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
