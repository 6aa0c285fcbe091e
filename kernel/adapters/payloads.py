"""What a fact says, as an operator may see it: personal texts covered, secrets hidden. Next stop: sealing.py."""

import re
from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

from pydantic_core import from_json

from kernel.adapters.personal import Marks, marks, spots
from kernel.adapters.sealing import Sealed
from kernel.application.browsing import Covered, Payload, Schema, Shown
from kernel.application.consume import Decoder
from kernel.application.ports import Keyring
from kernel.domain.errors import Unreadable

_SECRET = re.compile(r"(?i)(fingerprint|hash|secret|token|seed|password)$")
"""Names of members that stand for a secret. No fact holds one, and an HMAC of what somebody typed is none to show."""

Place = tuple[dict[str, Any] | list[Any], str | int, str]
"""What holds a text, under which name or number, and the path to it."""


async def payload_of(data: bytes, wire_type: str, facts: Decoder, keyring: Keyring, *, unmask: bool) -> Payload:
    """Return what a fact says; personal texts only where *unmask*, and never those of who was forgotten.

    Sealed texts are known by how they look, so those of a type that nobody declared are covered too; what is declared
    to be personal is covered even where somebody wrote it unsealed.
    Raises: Unavailable.
    """
    schema, note = await _judged(data, wire_type, facts)
    made = _json(data)
    if made is None:
        return Payload(data=None, schema=schema, note=note or "not JSON")
    covered = _hidden(made)
    if wire_type in facts.types:
        covered += _bare(marks(facts.types[wire_type]), made[""], unmask=unmask)
    covered += await _personal(made, keyring, unmask=unmask)
    return Payload(data=made[""], schema=schema, covered=tuple(covered), note=note)


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
    found = [place for place in _texts(made) if isinstance(place[1], str) and _SECRET.search(place[1])]
    for holder, name, _ in found:
        holder[name] = None  # type: ignore[index]
    return [Covered(path=path, shown=Shown.HIDDEN) for _, _, path in found]


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


def _texts(made: Any, path: str = "", *, root: Literal[True, False] = True) -> Iterator[Place]:
    members = made.items() if isinstance(made, dict) else enumerate(made) if isinstance(made, list) else ()
    for name, value in list(members):
        at = "" if root else f"{path}/{_escaped(name)}"
        if isinstance(value, str):
            yield made, name, at
        else:
            yield from _texts(value, at, root=False)


def _escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
