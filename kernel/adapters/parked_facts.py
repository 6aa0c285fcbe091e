"""The fact that holds a parked stream up, as an operator may see it. Next stop: payloads.py."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from kernel.adapters.payloads import HIDDEN, payload_of, secrets_of
from kernel.application.browsing import Shown, Told
from kernel.application.consume import Decoder
from kernel.application.parking import AsItCame, ParkedFact, ParkedWhole
from kernel.application.ports import Keyring

ROW = 16
"""Bytes in a line of a dump."""
SEEN = range(0x20, 0x7F)
"""ASCII without its controls."""
PIECE = 8
"""Characters of a secret that are starred out of an error where they follow one another: errors cut what they quote."""

_NAMED = re.compile(rb""""[^"\\]*(?:%b)"\s*:""" % HIDDEN.encode(), re.IGNORECASE)
"""The name of a secret, in JSON that may end anywhere."""
_TOKEN = re.compile(rb"""(?:"(?P<text>(?:[^"\\]|\\.)*)"?)|[][{}]|[^][{},:"\s]+""", re.DOTALL)
"""What JSON is made of: texts, brackets, numbers and words."""
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")
_SAYS_NONE = (*_OPENING, *_CLOSING, b"null", b"true", b"false")


async def whole_of(parked: ParkedFact, facts: Decoder, keyring: Keyring, *, unmask: bool = False) -> ParkedWhole:
    """Return what a parked fact says; the whole error, and the bytes as they came, only where *unmask*.

    *facts* may know nothing of the type: what is read of a topic is declared in full where it is written alone.
    Raises: Unavailable.
    """
    payload = await payload_of(parked.data, parked.stream.event_type, facts, keyring, unmask=unmask)
    came = None
    if unmask:
        forgotten = any(one.shown is Shown.SHREDDED for one in payload.covered)
        data = starred(parked.data)
        error = "" if forgotten else without(parked.reason, _secrets(parked.data))
        came = AsItCame(error=error, text=text_of(data), hex_dump=dump(data))
    told = Told(data=payload.data, covered=payload.covered)
    return ParkedWhole(stream=parked.stream, told=told, bytes=len(parked.data), as_it_came=came)


def starred(data: bytes) -> bytes:
    """Return the bytes with a star for each one of a text or number that stands for a secret."""
    made = bytearray(data)
    for begin, end in _spans(data):
        made[begin:end] = b"*" * (end - begin)
    return bytes(made)


def without(error: str, secrets: Collection[str]) -> str:
    """Return an error with a star for each character of a secret that it quotes, whole, in part or escaped."""
    quoted = {form for one in secrets for form in (one, repr(one)[1:-1])}
    pieces = {form[at : at + PIECE] for form in quoted for at in range(max(0, len(form) - PIECE) + 1)} - {""}
    lengths = {len(one) for one in pieces}
    shown = list(error)
    for at in range(len(error)):
        for length in lengths:
            if error[at : at + length] in pieces:
                shown[at : at + length] = "*" * len(error[at : at + length])
    return "".join(shown)


def _secrets(data: bytes) -> Collection[str]:
    """Return what stands for a secret, as the bytes have it and as JSON means it."""
    return {data[begin:end].decode(errors="backslashreplace") for begin, end in _spans(data)} | secrets_of(data)


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Find every text and number beneath the name of a secret, in what may be no JSON at all."""
    seen = 0
    for name in _NAMED.finditer(data):
        if name.end() <= seen:
            continue
        depth = 0
        for token in _TOKEN.finditer(data, name.end()):
            seen = token.end()
            depth += (token[0] in _OPENING) - (token[0] in _CLOSING)
            if token[0] not in _SAYS_NONE:
                yield token.span("text" if token["text"] is not None else 0)
            if depth <= 0:
                break


def text_of(data: bytes) -> str:
    """Return bytes as text; what is no UTF-8, a control or turns the direction as an escape."""
    text = data.decode(errors="backslashreplace")
    return "".join(
        char if char in "\n\t" or unicodedata.category(char)[0] != "C" else ascii(char)[1:-1] for char in text
    )


def dump(data: bytes) -> str:
    """Return bytes as people compare them: offset, sixteen bytes in hexadecimal, and those that are ASCII."""
    return "\n".join(_rows(data))


def _rows(data: bytes) -> Iterator[str]:
    for offset in range(0, len(data), ROW):
        row = data[offset : offset + ROW]
        seen = "".join(chr(byte) if byte in SEEN else "." for byte in row)
        halves = (row[: ROW // 2].hex(" "), row[ROW // 2 :].hex(" "))
        yield f"{offset:08x}  {halves[0]:<23}  {halves[1]:<23}  |{seen}|"
