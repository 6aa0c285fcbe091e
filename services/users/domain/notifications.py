"""Kinds of mail, and which of them a person may refuse. Next stop: user.py."""

from collections.abc import Iterable
from enum import StrEnum

from services.users.domain.errors import MailNotRefusable


class MailKind(StrEnum):
    """What a mail is for."""

    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    SECURITY = "SECURITY"


def refusable(kind: MailKind, *, represents: bool) -> bool:
    """Tell whether a person may refuse a kind of mail; who *represents* the company hears of faults in any case."""
    return kind is not MailKind.SECURITY and not (represents and kind is MailKind.FAULT)


def refusal(asked: Iterable[MailKind], *, represents: bool) -> tuple[MailKind, ...]:
    """Return the kinds that are refused, each once and in their order. Raises: MailNotRefusable, naming them all."""
    wanted = set(asked)
    if wrong := [one for one in MailKind if one in wanted and not refusable(one, represents=represents)]:
        detail = f"Nobody here may refuse {', '.join(wrong)}"
        raise MailNotRefusable(errors=[{"pointer": "/refused", "code": "not-refusable", "detail": detail}])
    return tuple(one for one in MailKind if one in wanted)
