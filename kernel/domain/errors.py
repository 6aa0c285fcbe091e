"""Errors sorted by whose fault they are and whether trying again helps. Only adapters/http knows status numbers."""

from collections.abc import Mapping
from typing import Any, ClassVar


class PortalError(Exception):
    """Anything that is answered to a caller; *code* is stable and part of the API."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.extra: Mapping[str, Any] = extra
        """Members that the answer carries beside the standard ones, in Python names."""


class Refused(PortalError):
    """The state of things forbids it; the same wish may be granted at another time."""

    code = "refused"


class Denied(PortalError):
    """The caller may not do this."""

    code = "denied"


class Unauthenticated(PortalError):
    """The caller has not shown who they are."""

    code = "unauthenticated"


class NotFound(PortalError):
    """There is no such thing, or the caller may not know of it."""

    code = "not-found"


class Gone(PortalError):
    """It was there once and is used up, replaced or expired."""

    code = "gone"


class Locked(PortalError):
    """It is frozen until somebody unlocks it."""

    code = "locked"


class Invalid(PortalError):
    """The input cannot be accepted; `errors` in *extra* lists every bad field as {pointer, code, detail}."""

    code = "invalid"


class PreconditionFailed(PortalError):
    """The caller changes what they have not seen: it is at another version than they say."""

    code = "stale"


class PreconditionRequired(PortalError):
    """The caller must say which version of a thing they change, so that nobody overwrites what they have not seen."""

    code = "precondition-required"


class KeyReused(Invalid):
    """The idempotency key was used before, for another wish."""

    code = "idempotency-key-reused"


class IdempotencyKeyMissing(Invalid):
    """A call that must be safe to repeat carries no Idempotency-Key."""

    code = "idempotency-key-missing"


class IdempotencyKeyMalformed(Invalid):
    """The Idempotency-Key is empty, longer than 200 characters or holds others than printable ASCII."""

    code = "idempotency-key-malformed"


class TooManyTries(PortalError):
    """Wait before the next try; `retry_after` in *extra* says how many seconds."""

    code = "too-many-tries"


class StreamMoved(PortalError):
    """Somebody else wrote to the stream in between; decide again."""

    code = "stream-moved"


class ClaimTaken(PortalError):
    """The name is held by another stream."""

    code = "claim-taken"


class Unavailable(PortalError):
    """Something needed is down or full; the same wish may succeed soon, nothing was lost."""

    code = "unavailable"


class Unreadable(PortalError):
    """Bytes that this code cannot read; trying again does not help."""

    code = "unreadable"


class Unsealable(Unreadable):
    """Personal data whose key is gone: the person was forgotten."""

    code = "unsealable"
