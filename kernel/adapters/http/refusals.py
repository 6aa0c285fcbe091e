"""Why HTTP itself may say no, before a service is asked."""

from kernel.domain.errors import Invalid, PortalError


class IdempotencyKeyMissing(Invalid):
    """A call that must be safe to repeat carries no Idempotency-Key."""

    code = "idempotency-key-missing"


class IdempotencyKeyMalformed(Invalid):
    """The Idempotency-Key is longer than 200 characters or holds others than printable ASCII."""

    code = "idempotency-key-malformed"


class TooDeep(Invalid):
    """The JSON is nested more deeply than anything agreed."""

    code = "too-deep"


class TooLarge(PortalError):
    """The body is larger than anything agreed."""

    code = "too-large"
