"""Kinds of mail, and who may refuse which. Next stop: application/delivery.py."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from services.notifier.domain.events import Template


class Kind(StrEnum):
    """What a mail is for; a person may refuse some kinds. The last one nobody may."""

    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    SECURITY = "SECURITY"


KIND_OF: Mapping[Template, Kind] = dict.fromkeys(Template, Kind.SECURITY)
"""All that is mailed so far is about the way in."""


def is_wanted(kind: Kind, refused: Collection[str]) -> bool:
    """Tell whether a person who refused some kinds of mail gets one of this kind."""
    return kind is Kind.SECURITY or kind not in refused
