"""Why the users service may say no."""

from kernel.domain.errors import NotFound


class UserUnknown(NotFound):
    """There is no such user, or it is not the caller's to know."""

    code = "user-unknown"
