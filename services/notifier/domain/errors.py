"""Why the answer may be no."""

from kernel.domain.errors import Invalid, NotFound, Refused


class MessageUnknown(NotFound):
    """There is no such mail, or it is not the caller's to know; nothing can be noted of it."""

    code = "message-unknown"


class MessageStillWaiting(Refused):
    """The mail is still being tried, so a second one would only double it."""

    code = "message-still-waiting"


class MessageResentAlready(Refused):
    """The mail was sent again before; the newer one may be sent again."""

    code = "message-resent-already"


class MessageNotResendable(Refused):
    """What the mail said is not mailed twice: a code, a link that is over, old news, what was called off."""

    code = "message-not-resendable"


class ReceiverGone(NotFound):
    """Nobody is known to whom the mail would go: they are no user any more."""

    code = "receiver-gone"


class BounceUnknown(NotFound):
    """The report is about no mail of ours; whether its address was forged or the mail is unknown is not told."""

    code = "bounce-unknown"


class BounceUnreadable(Invalid):
    """The mail is no report about a delivery that failed or is late. See: RFC 3464."""

    code = "bounce-unreadable"


class CursorUnreadable(Invalid):
    """The cursor was made by nobody here."""

    code = "cursor-unreadable"
