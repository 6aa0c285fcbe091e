"""The texts of a form that must mean something: mail addresses, phone numbers, time zones. Next: schemas.py."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from kernel.adapters.http.body import LINES, is_seen, only_plain
from kernel.adapters.mail_addresses import mixes_scripts

HOME = "JP"
"""Where a phone number without a country is meant to be."""

MASK = "*"
"""Stands in exported files for the part of a phone number that is not told. See: gateway/application/phone_mask.py."""


def _mail_address(text: str) -> str:
    """Return the address as it is delivered to. Raises: PydanticCustomError."""
    try:
        # No question to the DNS: a form must not be refused because a name server is slow. No address either that
        # only some mail servers take.
        read = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise PydanticCustomError("malformed", "Must be a mail address") from None
    if mixes_scripts(read.domain):
        raise PydanticCustomError("mixed-script", "Must not mix scripts that look alike in its domain")
    return read.normalized


def _phone_number(text: str) -> str:
    """Return the number as it was written, if it can be one. Raises: PydanticCustomError."""
    try:
        plausible = phonenumbers.is_possible_number(phonenumbers.parse(unicodedata.normalize("NFKC", text), HOME))
    except phonenumbers.NumberParseException:
        plausible = False
    if not plausible and MASK in text:
        raise PydanticCustomError("masked", "Must be a whole phone number; of this one only the beginning is known")
    if not plausible:
        raise PydanticCustomError("malformed", "Must be a phone number; one from abroad begins with + and its country")
    return text


def _zone(text: str) -> str:
    """Return the name of a time zone, if there is one of this name. Raises: PydanticCustomError."""
    if text not in _zones():
        raise PydanticCustomError("unknown-value", "Must be the IANA name of a time zone, such as Asia/Tokyo")
    return text


@cache
def _zones() -> frozenset[str]:
    # The package's own list: a system's folder also holds names that mean another zone on every machine.
    return frozenset((files("tzdata") / "zones").read_text().split())


def _seen(text: str) -> str:
    """Return a text in which something can be seen. Raises: PydanticCustomError."""
    if not is_seen(text):
        raise PydanticCustomError("too-short", "Must hold a character that can be seen")
    return text


@dataclass(frozen=True)
class Plain(StringConstraints):
    """Bounds of a text that is not blank, nor made of what nobody sees."""

    def __iter__(self) -> Iterator[Any]:
        """Return the bounds, then the look at what is within them."""
        yield from super().__iter__()
        yield AfterValidator(_seen)


def plain(most: int) -> Plain:
    """Return what holds for a text that is not blank."""
    return Plain(strip_whitespace=True, min_length=1, max_length=most)


Short = Annotated[str, plain(50)]
Name = Annotated[str, plain(100)]
Typed = Annotated[str, AfterValidator(only_plain)]
"""What a query asks for: text that something may hold."""
Long = Annotated[str, plain(200)]
Comment = Annotated[str, plain(1000), LINES]
Reason = Annotated[str, plain(500), LINES]
MailAddress = Annotated[str, plain(254), AfterValidator(_mail_address)]
PhoneNumber = Annotated[str, plain(40), AfterValidator(_phone_number)]
Zone = Annotated[str, plain(64), AfterValidator(_zone)]
