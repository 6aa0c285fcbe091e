"""Puts into a made-up body what no description can tell, such as a free mail address. Next stop: api_walk.py.

Only into what is meant to be right: a call that is wrong stays as wrong as it was made.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from kernel.adapters.http.body import is_plain

SAMPLES: Mapping[str, Callable[[Any], Any]] = {
    "email": lambda _: f"{uuid4().hex[:12]}@example.com",
    "phoneNumber": lambda _: "03-1234-5678",
    "mobilePhoneNumber": lambda value: value and "090-1234-5678",
    "timezone": lambda _: "Europe/London",
    "allowedNetworks": lambda value: ["127.0.0.0/8", "2001:db8::/32"][: len(value)],
    "groupIds": lambda _: [],
    "contractId": lambda _: None,
    "contractNumber": lambda _: f"N{uuid4().int % 10**9:09d}",
}


def plausible(body: Any, name: str = "") -> Any:
    """Return a body with samples in the places of what only the portal can judge."""
    if name in SAMPLES:
        return SAMPLES[name](body)
    match body:
        case dict():
            return {key: plausible(value, key) for key, value in body.items()}
        case list():
            return [plausible(value) for value in body]
        case str() if not is_plain(body) or not body.strip():
            return f"葵 {uuid4().hex[:8]}"
        case _:
            return body
