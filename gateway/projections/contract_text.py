"""What the search for a contract looks through, in one form for all spellings. Next stop: adapters/searching.py."""

import unicodedata
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

SEPARATOR = "\x1f"
"""Stands in no text of ours: bodies with control characters are refused."""

MOST_NUMBERS, MOST_TEXT = 50, 600
"""A contract with a thousand numbers is found by its first ones; an entry stays short."""


class Searchable(Protocol):
    """What of a contract is searched."""

    @property
    def contract_id(self) -> UUID:
        """The contract."""
        ...

    @property
    def contract_number(self) -> str:
        """Its number."""
        ...

    @property
    def service_name(self) -> str:
        """Its service."""
        ...

    @property
    def service_status(self) -> str:
        """How the service runs."""
        ...

    @property
    def distinguish_name(self) -> str | None:
        """What the company calls it."""
        ...

    @property
    def site(self) -> str | None:
        """Where it is."""
        ...

    @property
    def vpn_group_id(self) -> str | None:
        """Its VPN group."""
        ...

    @property
    def external_numbers(self) -> Sequence[str]:
        """Its phone numbers."""
        ...

    @property
    def memo(self) -> str:
        """What the company noted."""
        ...


def normal(text: str) -> str:
    """Return a text in one form for all its spellings: width, case and space do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace(SEPARATOR, " ").split())


def search_entry(row: Searchable) -> str:
    """Return a contract's entry: its service, its status, its text, its id."""
    numbers = row.external_numbers[:MOST_NUMBERS]
    texts = (
        row.contract_number,
        row.distinguish_name or "",
        row.site or "",
        row.memo,
        row.vpn_group_id or "",
        *numbers,
        *(one.replace("-", "") for one in numbers),
    )
    text = normal("\n".join(texts).replace("\n", " / "))[:MOST_TEXT]
    service = row.service_name.replace(SEPARATOR, " ")
    return SEPARATOR.join((service, row.service_status, text, str(row.contract_id)))
