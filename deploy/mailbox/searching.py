"""Finds mails by the words of a query such as `to:taro@example.com is:unread`. Next stop: smtp.py."""

import shlex
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from deploy.mailbox.reading import body, parse, summary
from deploy.mailbox.store import Mail


def matching(mails: Iterable[Mail], query: str) -> Iterator[Mail]:
    """Return the mails that every word of *query* fits; `!` or `-` before a word turns it round."""
    words = _words(query)
    for mail in mails:
        short = summary(mail)
        if all(_fits(mail, short, word) for word in words):
            yield mail


def _words(query: str) -> list[str]:
    try:
        return shlex.split(query)
    except ValueError:  # a quote that is not closed
        return query.split()


def _fits(mail: Mail, short: dict[str, Any], word: str) -> bool:
    if word[:1] in "!-" and len(word) > 1:
        return not _fits(mail, short, word[1:])
    key, colon, value = word.partition(":")
    value = value.lower()
    if not colon:
        return word.lower() in f"{_everyone(short)} {short['Subject']} {body(parse(mail), 'plain')}".lower()
    looked_at: dict[str, Callable[[], bool]] = {
        "to": lambda: value in _names(short["To"]),
        "cc": lambda: value in _names(short["Cc"]),
        "bcc": lambda: value in _names(short["Bcc"]),
        "from": lambda: value in _names([short["From"]]),
        "addressed": lambda: value in _everyone(short),
        "subject": lambda: value in short["Subject"].lower(),
        "message-id": lambda: value.strip("<>") == short["MessageID"].lower(),
        "is": lambda: value == ("read" if mail.seen else "unread"),
    }
    return bool(
        looked_at.get(key, lambda: word.lower() in f"{short['Subject']} {body(parse(mail), 'plain')}".lower())()
    )


def _names(people: list[dict[str, str]]) -> str:
    return " ".join(f"{one['Name']} {one['Address']}" for one in people).lower()


def _everyone(short: dict[str, Any]) -> str:
    return _names([short["From"], *short["To"], *short["Cc"], *short["Bcc"], *short["ReplyTo"]])
