"""The cookies a browser gets from us; adapters/edge.py puts them on the answer. Next stop: door.py."""

from starlette.requests import HTTPConnection

SESSION = "__Host-portal-session"
LOGIN = "__Host-portal-login"
ACTIVATION = "__Host-portal-activation"
TRUSTED = "__Host-portal-trusted"
FORM = "__Host-portal-form"
LANGUAGE = "__Host-portal-language"

STATE = "portal_set_cookies"
"""Where the answer's cookies wait in the request's state."""


def read(request: HTTPConnection, name: str) -> str | None:
    """Return a cookie's value as the answer will leave it: what this request set counts already."""
    waiting: dict[str, tuple[str, int | None]] = getattr(request.state, STATE, {})
    if name in waiting:
        return waiting[name][0] or None
    return request.cookies.get(name) or None


def put(request: HTTPConnection, name: str, value: str, max_age: int | None = None) -> None:
    """Give the browser a cookie; without *max_age* (seconds) it goes when the browser closes."""
    if not hasattr(request.state, STATE):
        setattr(request.state, STATE, {})
    getattr(request.state, STATE)[name] = (value, max_age)


def drop(request: HTTPConnection, name: str) -> None:
    """Take a cookie away from the browser."""
    put(request, name, "", 0)


def header(name: str, value: str, max_age: int | None) -> str:
    """Return the Set-Cookie header. See: RFC 6265bis, section 4.1.3.2 for the prefix."""
    life = "" if max_age is None else f"; Max-Age={max_age}"
    return f"{name}={value}{life}; Path=/; Secure; HttpOnly; SameSite=Lax"
