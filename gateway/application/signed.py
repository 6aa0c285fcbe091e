"""What a browser says of a passkey, before identity looks at it: small, and an object. Next: clients/identity.py."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

MOST = 16_000
"""Characters; a credential takes about one thousand."""


def small(said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said. Raises: ValueError when it is larger than any credential."""
    if len(json.dumps(said)) > MOST:
        raise ValueError("larger than any credential")
    return said


def signed(text: str) -> Mapping[str, Any]:
    """Return what a form's hidden field says, an empty object when it is none."""
    return members(text[: MOST + 1])


def members(text: str) -> Mapping[str, Any]:
    """Return what a form's hidden field holds; nothing where it is no object, is too deep or holds half a character."""
    try:
        # The stricter of two parsers: json takes half a character, and runs out of stack before it says "too deep".
        said = from_json(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
