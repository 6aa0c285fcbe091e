"""What became of a mail, in words: why it failed, and what led to it. Next stop: templates/parts/mails.html."""

import re

from gateway.application.mails import Mail
from gateway.web.words import Words

_CODED = re.compile(r"(SMTP|DSN)_([0-9.]{3,11})", re.ASCII)
_FACT = re.compile(r"portal\.(.+)\.v\d+")
STATUSES = {
    "5.1.1": "mailbox",
    "5.1.2": "domain",
    "5.1.10": "mailbox",
    "5.2.1": "disabled",
    "5.2.2": "full",
    "5.2.3": "size",
    "5.3.4": "size",
}
"""What people can do something about, by the number of RFC 3463; 5.7.x is a refusal by rule, whatever the last part."""


def why(words: Words, reason: str) -> str:
    """Return why a mail was not delivered, or not yet."""
    if coded := _CODED.fullmatch(reason):
        kind, number = coded.groups()
        return status_words(words, number) if kind == "DSN" else _answer(words, number)
    key = f"mail.reason.{reason}"
    return words(key) if words.knows(key) else words("mail.reason.other", code=reason)


def status_words(words: Words, number: str) -> str:
    """Return what a number of RFC 3463 means."""
    if number.startswith("4."):
        return words("mail.status.later", number=number)
    named = STATUSES.get(number) or ("rule" if number.startswith("5.7.") else "other")
    return words(f"mail.status.{named}", number=number)


def caused(words: Words, mail: Mail) -> str:
    """Return what led to a mail; the fact's own name where there are no words for it."""
    fact = _FACT.fullmatch(mail.cause_type)
    key = f"mail.cause.{fact[1]}" if fact else ""
    return words(key) if words.knows(key) else mail.cause_type


def about(words: Words, mail: Mail) -> str:
    """Return what a mail is about."""
    key = f"mail.template.{mail.template}"
    return words(key) if words.knows(key) else mail.template


def _answer(words: Words, number: str) -> str:
    return words("mail.answer.later" if number.startswith("4") else "mail.answer.never", number=number)
