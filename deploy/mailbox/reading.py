"""A mail as JSON, in the shape that Mailpit gives it. Next stop: searching.py."""

import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from deploy.mailbox.store import Mail

SNIPPET = 250
REMEMBERED = 5_000
"""Mails whose summaries are kept: who waits for a mail searches all of them again and again."""
LINE_END = re.compile(r"\r?\n")


def parse(mail: Mail) -> EmailMessage:
    """Return the mail's headers and parts."""
    parsed = message_from_bytes(mail.raw, policy=policy.default)
    if not isinstance(parsed, EmailMessage):
        raise TypeError("the policy makes no EmailMessage")
    return parsed


def summary(mail: Mail) -> dict[str, Any]:
    """Return what a list shows of a mail."""
    return {**_summary(mail), "Read": mail.seen}


@lru_cache(REMEMBERED)
def _summary(mail: Mail) -> Mapping[str, Any]:
    """Return what never changes of that."""
    read = parse(mail)
    return {
        "ID": mail.id,
        "MessageID": str(header(read, "Message-ID") or "").strip("<> "),
        "From": next(iter(_people(read, "From")), {"Name": "", "Address": mail.sender}),
        "To": _people(read, "To"),
        "Cc": _people(read, "Cc"),
        "Bcc": _hidden(read, mail),
        "ReplyTo": _people(read, "Reply-To"),
        "Subject": str(header(read, "Subject") or ""),
        "Created": mail.received_at.isoformat().replace("+00:00", "Z"),
        "Username": "",
        "Tags": [],
        "Size": len(mail.raw),
        "Attachments": sum(1 for _ in read.iter_attachments()),
        "Snippet": " ".join(body(read, "plain").split())[:SNIPPET],
    }


def detail(mail: Mail) -> dict[str, Any]:
    """Return a whole mail."""
    read = parse(mail)
    short = summary(mail)
    kept = ("ID", "MessageID", "From", "To", "Cc", "Bcc", "ReplyTo", "Subject", "Tags", "Username", "Size")
    return {name: short[name] for name in kept} | {
        "ReturnPath": mail.sender,
        "Date": _date(read, mail),
        "Text": body(read, "plain"),
        "HTML": body(read, "html"),
        "Inline": [],
        "Attachments": [
            {"FileName": part.get_filename() or "", "ContentType": part.get_content_type(), "Size": _size(part)}
            for part in read.iter_attachments()
        ],
    }


def headers(mail: Mail) -> dict[str, list[str]]:
    """Return every header with all its values."""
    said: dict[str, list[str]] = {}
    for name, value in parse(mail).raw_items():
        said.setdefault(name, []).append(str(_understood(name, value)))
    return said


def header(read: EmailMessage, name: str) -> object | None:
    """Return a header, understood as far as it can be."""
    values = (value for other, value in read.raw_items() if other.lower() == name.lower())
    return next((_understood(name, value) for value in values), None)


def body(read: EmailMessage, kind: str) -> str:
    """Return the text of a mail as `plain` or `html`, empty where it has none."""
    part = read.get_body(preferencelist=(kind,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def _understood(name: str, value: str) -> object:
    # Mail with SMTPUTF8 has headers in UTF-8 (RFC 6532), which the parser of octets takes for broken ASCII.
    text = LINE_END.sub("", str(value)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return policy.default.header_factory(name, text)
    except (HeaderParseError, IndexError, ValueError, AttributeError):  # what the parser does on some broken headers
        return text


def _people(read: EmailMessage, name: str) -> list[dict[str, str]]:
    found = header(read, name)
    people: tuple[Address, ...] = found.addresses if isinstance(found, AddressHeader) else ()
    return [{"Name": person.display_name, "Address": person.addr_spec} for person in people]


def _hidden(read: EmailMessage, mail: Mail) -> list[dict[str, str]]:
    open_to = {person["Address"].lower() for name in ("To", "Cc") for person in _people(read, name)}
    return [{"Name": "", "Address": one} for one in mail.recipients if one.lower() not in open_to]


def _date(read: EmailMessage, mail: Mail) -> str:
    said = getattr(header(read, "Date"), "datetime", None) or mail.received_at
    return str(said.isoformat())


def _size(part: EmailMessage) -> int:
    content = part.get_payload(decode=True)
    return len(content) if isinstance(content, bytes) else 0
