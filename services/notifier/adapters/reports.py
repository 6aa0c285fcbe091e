"""Reads what mail servers send back. Next stop: domain/bounce.py, which says what it means.

See: RFC 3462 (multipart/report), RFC 3464 (what stands in it), RFC 6533 (the same for international addresses).
"""

from collections.abc import Iterable, Sequence
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import HeaderParser

from services.notifier.adapters.return_paths import ReturnPaths
from services.notifier.application.bounces import Report

CAME_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
"""Where servers say to which address a mail came; the first is the sender's word, the others the last server's."""
MOST_ADDRESSES = 20
STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


class Reports:
    """Reads returned mails; nothing of what they say in words is kept."""

    def __init__(self, paths: ReturnPaths) -> None:
        self._paths = paths

    def read(self, raw: bytes) -> Report:
        """Return what a mail says, as little as that may be."""
        try:
            mail = message_from_bytes(raw)
            ids = self._paths.mails(_came_to(mail))
            action, status = _said(mail) if ids else ("", "")
        except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            # The parser of octets does one of these on what only looks like a mail.
            return Report(message_ids=[])
        return Report(message_ids=ids, action=action, status=status)


def _came_to(mail: Message) -> Sequence[str]:
    return [str(value) for name in CAME_TO for value in mail.get_all(name, [])][:MOST_ADDRESSES]


def _said(mail: Message) -> tuple[str, str]:
    """Return action and status: of the recipient that it failed for, where several are told of."""
    if mail.get_content_type() != "multipart/report" or str(mail.get_param("report-type")).lower() != "delivery-status":
        return "", ""
    told = [
        (str(block["Action"]).strip(), str(block["Status"]).strip())
        for part in mail.walk()
        if part.get_content_type() in STATUS_PARTS
        for block in _blocks(part)
        if block["Action"] and block["Status"]
    ]
    return next((one for one in told if one[0].lower() == "failed"), told[0] if told else ("", ""))


def _blocks(part: Message) -> Iterable[Message]:
    """Return the groups of fields: of the message, then of each recipient."""
    read = part.get_payload()
    blocks = [one for one in read if isinstance(one, Message)] if isinstance(read, list) else []
    # Of an international report the library takes only the first group for fields, and the others for text.
    rest = blocks[-1].get_payload() if len(blocks) == 1 else None
    texts = str(rest).replace("\r\n", "\n").split("\n\n") if isinstance(rest, str) else []
    return [*blocks, *(HeaderParser().parsestr(text.strip()) for text in texts)]
