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


def choice(
    refused: Iterable[MailKind], daily: Iterable[MailKind], *, represents: bool
) -> tuple[tuple[MailKind, ...], tuple[MailKind, ...]]:
    """Return the kinds that are refused and those that come once a day, each once and in their order.

    What may not be refused may not wait for a day either; what is refused does not come at all.
    Raises: MailNotRefusable, naming them all.
    """
    asked = {"refused": set(refused), "daily": set(daily)}
    fixed = [one for one in MailKind if not refusable(one, represents=represents)]
    errors = []
    for field, said in (("refused", "refuse"), ("daily", "put off")):
        if wrong := [one for one in fixed if one in asked[field]]:
            detail = f"Nobody here may {said} {', '.join(wrong)}"
            errors.append({"pointer": f"/{field}", "code": "not-refusable", "detail": detail})
    if errors:
        raise MailNotRefusable(errors=errors)
    without = asked["refused"]
    kept = asked["daily"] - without
    return tuple(one for one in MailKind if one in without), tuple(one for one in MailKind if one in kept)
