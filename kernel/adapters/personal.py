"""Where personal texts are in a fact's JSON, and how they are sealed and opened there. Next stop: keys.py."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic.alias_generators import to_camel

from kernel.adapters.sealing import Sealed
from kernel.application.ports import Keyring
from kernel.domain.errors import PortalError, Unreadable
from kernel.domain.event import Personal


@dataclass(frozen=True, slots=True)
class Marks:
    """The personal members of an object, each with the member that says whose it is, and the objects within."""

    texts: tuple[tuple[str, str], ...]
    within: tuple[tuple[str, "Marks"], ...]

    def __bool__(self) -> bool:
        return bool(self.texts or self.within)


@dataclass(frozen=True, slots=True)
class Spot:
    """One personal text: the object it is a member of, its name there, its path from the fact."""

    holder: dict[str, Any]
    name: str
    path: str
    owner: str

    @property
    def text(self) -> str:
        """Return what stands there."""
        text = self.holder[self.name]
        if not isinstance(text, str):
            raise Unreadable(f"{self.path} is personal and no text")
        return text

    @property
    def subject(self) -> UUID:
        """Return whose it is."""
        return UUID(str(self.holder[self.owner]))


def marks(cls: type[Any]) -> Marks:
    """Return where a fact's personal texts are. Raises: TypeError when its class does not say whose they are."""
    hints = get_type_hints(cls, include_extras=True)
    texts: list[tuple[str, str]] = []
    within: list[tuple[str, Marks]] = []
    for field in fields(cls):
        hint = hints[field.name]
        for mark in _marks_in(hint):
            if mark.subject not in hints:
                raise TypeError(f"{cls.__qualname__}.{field.name} belongs to {mark.subject}, which is no field of it")
            texts.append((to_camel(field.name), to_camel(mark.subject)))
        inner = [made for of in _classes_in(hint) if (made := marks(of))]
        if len(inner) > 1:
            raise TypeError(f"{cls.__qualname__}.{field.name} may be of several classes with personal texts")
        within.extend((to_camel(field.name), made) for made in inner)
    return Marks(tuple(texts), tuple(within))


def spots(of: Marks, made: Any, path: str = "") -> Iterator[Spot]:
    """Find the personal texts in an object that is JSON; what is absent or null is passed over."""
    if isinstance(made, list):
        for index, one in enumerate(made):
            yield from spots(of, one, f"{path}{index}.")
    elif isinstance(made, dict):
        for name, owner in of.texts:
            if made.get(name) is not None:
                yield Spot(made, name, path + name, owner)
        for name, inner in of.within:
            yield from spots(inner, made.get(name), f"{path}{name}.")


async def seal(found: Sequence[Spot], keyring: Keyring, stream_id: UUID, version: int) -> None:
    """Seal the texts where they stand. Raises: Unsealable, Unavailable."""
    owned: dict[UUID, list[Spot]] = {}
    for spot in found:
        owned.setdefault(spot.subject, []).append(spot)
    for subject, several in owned.items():
        plain = {spot.path: spot.text for spot in several}
        sealed = await keyring.seal(subject, plain, stream_id=stream_id, version=version)
        for spot in several:
            spot.holder[spot.name] = sealed[spot.path]


async def unseal(found: Sequence[Spot], keyring: Keyring) -> None:
    """Open the texts where they stand; that of a person who was forgotten becomes empty. Raises: Unreadable."""
    if found:
        for spot, text in zip(found, await keyring.open([spot.text for spot in found]), strict=True):
            spot.holder[spot.name] = text or ""


async def keys_at_hand(found: Sequence[Spot], keyring: Keyring) -> None:
    """Have the keyring fetch all keys at once that opening the texts takes; whoever opens them meets what is wrong."""
    # One text a person is enough. Not `prepare()`: it makes keys, and who only reads may not.
    of_each: dict[UUID, str] = {}
    for spot in found:
        with suppress(Unreadable):
            of_each[Sealed.parse(spot.text).subject] = spot.text
    if len(of_each) > 1:
        with suppress(PortalError):
            await keyring.open(list(of_each.values()))


def _marks_in(hint: Any) -> Iterator[Personal]:
    if get_origin(hint) is Annotated:
        yield from (mark for mark in get_args(hint)[1:] if isinstance(mark, Personal))
    for inner in get_args(hint):
        yield from _marks_in(inner)


def _classes_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _classes_in(inner)
