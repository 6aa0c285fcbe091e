"""Facts to bytes and back: JSON, closed over what is declared, personal texts sealed. Next stop: postgres/store.py."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json, to_json

from kernel.adapters.personal import Marks, Spot, keys_at_hand, marks, seal, spots, unseal
from kernel.application.ports import Keyring
from kernel.domain.errors import Unreadable
from kernel.domain.event import event_type, wire_type
from kernel.domain.reads import wire_name

T = TypeVar("T")

_JSON = ConfigDict(alias_generator=to_camel, extra="ignore")


@dataclass(frozen=True, slots=True)
class Upcaster:
    """Makes the JSON of one version of a fact into that of the next; personal texts in it are still sealed."""

    name: str
    version: int
    """The version it starts from."""
    up: Callable[[dict[str, Any]], dict[str, Any]]


class Shape(Generic[T]):
    """One class of facts as JSON."""

    def __init__(self, cls: type[T]) -> None:
        self.cls = cls
        self.marks: Marks = marks(cls)
        # A class takes no configuration from outside, a union does; null is then refused by hand.
        either: Any = cls | None
        self._adapter: TypeAdapter[T | None] = TypeAdapter(either, config=_JSON)

    def dump(self, fact: T) -> bytes:
        """Return a fact's JSON. Raises: PydanticSerializationError when a field holds what its type does not."""
        return self._adapter.dump_json(fact, by_alias=True, warnings="error")

    def load(self, data: bytes) -> T:
        """Return the fact; members that it does not know are passed by. Raises: Unreadable."""
        try:
            fact = self._adapter.validate_json(data)
        except ValidationError as broken:
            # What stands in the fields may be personal and is not said.
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in broken.errors())
            raise Unreadable(f"{self.cls.__qualname__}: {wrong}") from None
        if fact is None:
            raise Unreadable(f"{self.cls.__qualname__}: null")
        return fact

    def found(self, made: Any) -> list[Spot]:
        """Return the personal texts in the fact's JSON."""
        return list(spots(self.marks, made)) if self.marks else []


class Facts:
    """Decodes what a service reads of others' facts. See: consume.Decoder."""

    def __init__(self, reads: Iterable[type[Any]], keyring: Keyring | None) -> None:
        self._keyring = keyring
        self._shapes: dict[str, Shape[Any]] = {}
        for cls in reads:
            known = self._shapes.setdefault(wire_name(cls), Shape(cls))
            if known.cls is not cls:
                raise ValueError(f"{wire_name(cls)} is read as {known.cls.__qualname__} and as {cls.__qualname__}")
        self._types = {name: shape.cls for name, shape in self._shapes.items()}

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it makes, by wire name."""
        return self._types

    async def prepare(self, batch: Iterable[tuple[str, bytes]]) -> None:
        """Ask for the keys of all people in a batch in one query. See: consume.Decoder."""
        if self._keyring is None:
            return
        found: list[Spot] = []
        for name, data in batch:
            shape = self._shapes.get(name)
            if shape is not None and shape.marks:
                with suppress(Exception):
                    found += shape.found(_parsed(data))
        await keys_at_hand(found, self._keyring)

    async def read(self, wire_type: str, data: bytes) -> Any:
        """Return the fact, its personal texts opened if there is a keyring. Raises: Unreadable, Unavailable."""
        shape = self._shapes.get(wire_type)
        if shape is None:
            raise Unreadable(f"{wire_type} is not read here")
        if self._keyring is None or not shape.marks:
            return shape.load(data)
        made = _parsed(data)
        await unseal(shape.found(made), self._keyring)
        return shape.load(to_json(made))


class Events:
    """Writes and reads a service's own facts, those of former versions too. See also: consume.Decoder."""

    def __init__(
        self, events: Iterable[type[Any]], keyring: Keyring | None, upcasters: Iterable[Upcaster] = ()
    ) -> None:
        self._keyring = keyring
        self._shapes: dict[tuple[str, int], Shape[Any]] = {}
        for cls in events:
            declared = event_type(cls)
            known = self._shapes.setdefault((declared.name, declared.version), Shape(cls))
            if known.cls is not cls:
                raise ValueError(f"{declared.wire_name} is {known.cls.__qualname__} and {cls.__qualname__}")
        self._upcasters = {(one.name, one.version): one for one in upcasters}
        self._keys = {wire_type(*key): key for key in [*self._shapes, *self._upcasters]}
        self._types = {wire_name: self._shape(*key).cls for wire_name, key in self._keys.items()}

    @property
    def keyring(self) -> Keyring | None:
        """The keys of the people in these facts."""
        return self._keyring

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it makes, by wire name, former versions included."""
        return self._types

    async def encode(self, event: object, stream_id: UUID, version: int) -> bytes:
        """Return the bytes that the log keeps and the wire carries. Raises: Unsealable, Unavailable."""
        return (await self.encode_all([event], stream_id, version))[0]

    async def encode_all(self, events: Sequence[object], stream_id: UUID, first: int) -> list[bytes]:
        """Return the bytes of facts that follow one another on a stream from version *first* on."""
        encoded: list[bytes] = []
        sealed: list[tuple[int, Any, list[Spot]]] = []
        for index, event in enumerate(events):
            declared = event_type(event)
            shape = self._shapes.get((declared.name, declared.version))
            if shape is None or shape.cls is not type(event):
                raise TypeError(f"{declared.wire_name} is not among the facts of this log")
            encoded.append(shape.dump(event))
            if shape.marks:
                made = from_json(encoded[-1])
                sealed.append((index, made, shape.found(made)))
        if sealed:
            await self._seal(encoded, sealed, stream_id, first)
        return encoded

    async def decode(self, name: str, version: int, data: bytes) -> Any:
        """Return the fact. Raises: Unreadable, Unavailable."""
        return (await self.decode_all([(name, version, data)]))[0]

    async def decode_all(self, several: Iterable[tuple[str, int, bytes]]) -> list[Any]:
        """Return the facts in order; one query for all keys not at hand. Raises: Unreadable, Unavailable."""
        pending: list[tuple[Shape[Any], bytes | Any]] = []
        found: list[Spot] = []
        for name, version, data in several:
            shape, made, texts = self._opened(name, version, data)
            found += texts
            pending.append((shape, made))
        if self._keyring is not None:
            await unseal(found, self._keyring)
        return [shape.load(made if isinstance(made, bytes) else to_json(made)) for shape, made in pending]

    async def prepare(self, batch: Iterable[tuple[str, bytes]]) -> None:
        """Ask for the keys of all people in a batch in one query. See: consume.Decoder."""
        if self._keyring is None:
            return
        found: list[Spot] = []
        for name, data in batch:
            with suppress(Exception):
                found += self._opened(*self._declared(name), data)[2]
        await keys_at_hand(found, self._keyring)

    async def read(self, wire_type: str, data: bytes) -> Any:
        """Return the fact of a record of the own log. Raises: Unreadable, Unavailable."""
        return await self.decode(*self._declared(wire_type), data)

    def _opened(self, name: str, version: int, data: bytes) -> tuple[Shape[Any], bytes | Any, list[Spot]]:
        """Return a fact's class, its JSON as that of the newest version, and the texts to open in it."""
        shape, made = self._shape(name, version), data
        if (name, version) not in self._shapes:
            made = self._upcast(name, version, _parsed(data))
        elif self._keyring is not None and shape.marks:
            made = _parsed(data)
        return shape, made, [] if self._keyring is None or made is data else shape.found(made)

    async def _seal(
        self, encoded: list[bytes], sealed: list[tuple[int, Any, list[Spot]]], stream_id: UUID, first: int
    ) -> None:
        if self._keyring is None:
            raise TypeError("a fact with personal texts cannot be written without a keyring")
        await self._keyring.prepare({spot.subject for _, _, found in sealed for spot in found})
        for index, made, found in sealed:
            await seal(found, self._keyring, stream_id, first + index)
            encoded[index] = to_json(made)

    def _shape(self, name: str, version: int) -> Shape[Any]:
        """Return the class that a fact of this version ends as. Raises: Unreadable when nothing leads to one."""
        while (name, version) not in self._shapes:
            if (name, version) not in self._upcasters:
                raise Unreadable(f"{wire_type(name, version)} is no fact of this log")
            version += 1
        return self._shapes[name, version]

    def _upcast(self, name: str, version: int, made: Any) -> Any:
        while (name, version) not in self._shapes:
            made = self._upcasters[name, version].up(made)
            version += 1
        return made

    def _declared(self, wire_name: str) -> tuple[str, int]:
        if wire_name not in self._keys:
            raise Unreadable(f"{wire_name} is no fact of this log")
        return self._keys[wire_name]


def _parsed(data: bytes) -> Any:
    try:
        return from_json(data)
    except ValueError as broken:
        raise Unreadable("not JSON") from broken
