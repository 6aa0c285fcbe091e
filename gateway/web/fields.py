"""A person's fields as people read them: their labels, their values, what is wrong. Next stop: the page that asks."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from gateway.application.directory import Person
from gateway.web.words import Words
from kernel.domain.errors import PortalError

Labels: TypeAlias = Mapping[str, str]
"""The words that name a field, by its name in the API."""
Values: TypeAlias = Mapping[str, str]
"""Where the words of a field's values begin, for those that are codes."""

LABELS: Labels = {
    "name": "user.full-name",
    "email": "user.email",
    "title": "user.title",
    "phoneNumber": "user.phone",
    "mobilePhoneNumber": "user.mobile",
    "mailLanguage": "user.mail-language",
    "timezone": "user.timezone",
    "secondFactor": "user.second-factor",
    "browserTrust": "user.browser-trust",
    "role": "user.role",
    "groupIds": "user.groups",
    "groups": "user.groups",
    "permissions": "group.permissions",
    "comment": "user.comment",
    "status": "user.status",
    "life": "user.life",
    "personalData": "user.personal-data",
    "activated": "user.activated",
    "screenLanguage": "settings.language",
    "refusedMail": "wish.refused",
    "dailyMail": "wish.daily",
}
"""Those of a person."""

VALUES: Values = {
    "mailLanguage": "user.language.",
    "screenLanguage": "user.language.",
    "life": "user.life.",
    "personalData": "user.personal-data.",
    "activated": "user.activated.",
    "secondFactor": "factor.",
    "browserTrust": "user.browser-trust.",
    "role": "role.",
    "status": "user.status.",
}
"""Those of a person."""

_OWN_WORDS: Mapping[tuple[str, str], str] = {
    ("secondFactor", "second-factor-forbidden"): "user.factor.forbidden",
    ("email", "malformed"): "user.email.malformed",
    ("email", "mixed-script"): "user.email.mixed-script",
    ("phoneNumber", "malformed"): "user.phone.malformed",
    ("mobilePhoneNumber", "malformed"): "user.phone.malformed",
    ("phoneNumber", "masked"): "user.phone.masked",
    ("mobilePhoneNumber", "masked"): "user.phone.masked",
}

TYPED = ("name", "email", "title", "phoneNumber", "mobilePhoneNumber", "timezone", "comment")
CHOSEN = ("mailLanguage", "secondFactor", "role")
DECIDED = "browserTrust"
"""Decided of who is there already; of who is added it is as the company has it."""
OPTIONAL = frozenset({"title", "mobilePhoneNumber", "comment"})


def label(words: Words, name: str, labels: Labels = LABELS) -> str:
    """Return what a field is called; its own name where there are no words for it."""
    return words(labels[name]) if name in labels else name


def shown(words: Words, name: str, value: str | None, values: Values = VALUES) -> str:
    """Return a value as people read it."""
    if name in {"refusedMail", "dailyMail"}:
        return ", ".join(words(f"wish.kind.{one}") for one in (value or "").split(", ") if one)
    key = f"{values.get(name, '')}{value}"
    return words(key) if name in values and words.knows(key) else value or ""


def values_of(row: Person) -> dict[str, str]:
    """Return a person's fields as a form holds them."""
    return {
        "name": row.name,
        "email": row.email,
        "title": row.title or "",
        "phoneNumber": row.phone_number,
        "mobilePhoneNumber": row.mobile_phone_number or "",
        "mailLanguage": row.mail_language,
        "timezone": row.timezone,
        "secondFactor": row.second_factor,
        DECIDED: row.browser_trust,
        "role": row.role,
        "comment": row.comment or "",
    }


def wrong(words: Words, name: str, code: str) -> str:
    """Return what to say of a field that a service refused."""
    field = label(words, name)
    own = _OWN_WORDS.get((name, code))
    if own:
        return words(own)
    key = f"field.{code}"
    return words(key if words.knows(key) else "field.invalid", field=field)


def refused_fields(words: Words, error: PortalError) -> dict[str, str]:
    """Return what to say at each field that a service refused; only the first word on each field counts."""
    errors: Sequence[Any] = error.extra.get("errors", ())
    said: dict[str, str] = {}
    for one in errors:
        if isinstance(one, Mapping):
            name = str(one.get("pointer", "")).strip("/").partition("/")[0]
            if name in LABELS:
                said.setdefault(name, wrong(words, name, str(one.get("code"))))
    return said
