"""Reads services' answers into plain values: camelCase outside, unknown members ignored. Next: application/steps.py."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_snake

from kernel.domain.errors import Unavailable

T = TypeVar("T")

NAMES = 1000
"""How many names of members are kept."""

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def read(kind: type[T], body: Mapping[str, Any]) -> T:
    """Return an answer as a *kind*. Raises: Unavailable when the service answers otherwise than agreed."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    adapter: TypeAdapter[T] = _ADAPTERS[kind]
    try:
        return adapter.validate_python(_snaked(body))
    except ValidationError as error:
        # Nothing of the answer goes into the message: it may hold a token or a seed.
        raise Unavailable(f"{kind.__name__} cannot be read from the answer") from _bare(error)


def as_said(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a browser is to be told of a passkey, untouched: its names are the standard's, not ours.

    Raises: Unavailable when the service answers otherwise than agreed.
    """
    said = body.get("publicKey")
    if not isinstance(said, Mapping):
        raise Unavailable("the answer has no publicKey")
    return said


def _snaked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_snake(name): _snaked(one) for name, one in value.items()}
    return [_snaked(one) for one in value] if isinstance(value, list) else value


@lru_cache(NAMES)
def _snake(name: str) -> str:
    # A list says the same few names for every row, and making each anew was a third of what a list cost.
    return to_snake(name)


def _bare(error: ValidationError) -> Exception:
    places = ", ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors(include_input=False))
    return ValueError(places)
