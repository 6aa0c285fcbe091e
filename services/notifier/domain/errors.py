"""Why the answer may be no."""

from kernel.domain.errors import NotFound


class MessageUnknown(NotFound):
    """Nothing can be noted of a mail that was never queued."""

    code = "message-unknown"
