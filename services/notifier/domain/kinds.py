"""Kinds of mail, who may refuse which, and which goes first. Next stop: application/delivery.py."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from services.notifier.domain.events import Template


class Kind(StrEnum):
    """What a mail is for; a person may refuse the first three. DIGEST holds what they want of those once a day."""

    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    DIGEST = "DIGEST"
    SECURITY = "SECURITY"


NOTICES: Mapping[Kind, Template] = {
    Kind.ORDER_STATUS: Template.ORDER_STATUS,
    Kind.FAULT: Template.FAULT,
    Kind.MAINTENANCE: Template.MAINTENANCE,
}
"""What is mailed about contracts, to who may see them."""

KIND_OF: Mapping[Template, Kind] = {
    **dict.fromkeys(Template, Kind.SECURITY),
    **{template: kind for kind, template in NOTICES.items()},
    Template.DIGEST: Kind.DIGEST,
}
"""All that is mailed about the way in is of the last kind."""

FIRST = 0
"""The rank of what somebody waits for in front of a screen."""


def is_wanted(kind: Kind, refused: Collection[str]) -> bool:
    """Tell whether a person who refused some kinds of mail gets one of this kind."""
    return kind not in NOTICES or kind not in refused


def rank(template: Template) -> int:
    """Return which mails go first: codes and links, then invitations, faults, and everything that can wait a little.

    Invitations go out by the thousand where many people are added at once, and nobody's code waits behind them.
    """
    match KIND_OF[template]:
        case _ if template is Template.ACTIVATION:
            return FIRST + 1
        case Kind.SECURITY:
            return FIRST
        case Kind.FAULT:
            return FIRST + 2
        case _:
            return FIRST + 3


TURNS: tuple[tuple[int, Kind], ...] = tuple(sorted({(rank(template), KIND_OF[template]) for template in Template}))
"""The ranks one after the other, with the kinds that are in each."""


def turns(shift: int) -> list[tuple[int, Kind]]:
    """Return in which order kinds are looked at; those of one rank take turns at being first, as *shift* grows."""
    ranks: dict[int, list[Kind]] = {}
    for number, kind in TURNS:
        ranks.setdefault(number, []).append(kind)
    return [
        (number, kinds[(shift + place) % len(kinds)]) for number, kinds in ranks.items() for place in range(len(kinds))
    ]
