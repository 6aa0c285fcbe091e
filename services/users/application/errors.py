"""Why a look at people may be refused, whatever the people are like."""

from kernel.domain.errors import Invalid


class CursorUnreadable(Invalid):
    """The cursor was changed, or belongs to another list: another tenant's, or one with other filters."""

    code = "cursor-unreadable"
