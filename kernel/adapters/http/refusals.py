"""Why HTTP itself may say no, before a service is asked."""

from kernel.domain.errors import Invalid, PortalError


class TooDeep(Invalid):
    """The JSON is nested more deeply than anything agreed."""

    code = "too-deep"


class TooLarge(PortalError):
    """The body is larger than anything agreed."""

    code = "too-large"
