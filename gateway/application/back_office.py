"""The operator's back office: its token, and who it is when it comes with one. Next stop: clients/contracts.py."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from gateway.application.asked import Asked
from gateway.application.board_ports import Boards
from gateway.application.contract_ports import Contracts
from gateway.application.errors import ClientUnknown, ScopeUnknown
from gateway.application.paging import Page, cut, place
from gateway.application.ports import Limits
from gateway.projections.early_fact import EARLY_FACT, WAITING, EarlyFactRow

CLIENT = "operator"
SCOPES = frozenset({"applications:write", "contracts:write", "status:write", "incidents:write", "maintenance:write"})
TOKEN_SECONDS = 3599
ROWS_AT_ONCE = 200
"""Rows of a table that a service takes in one call: what they say stays below what a call may hold."""


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token and what it is good for."""

    token: str
    scopes: frozenset[str]
    seconds: int = TOKEN_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffice:
    """What the operator's systems may do."""

    contracts: Contracts
    boards: Boards
    limits: Limits
    secret: str
    sign: Callable[[str, frozenset[str], int], str]
    """Makes a token for a subject with scopes and a life in seconds."""

    async def grant(self, client_id: str, secret: str, wanted: str, asked: Asked) -> Granted:
        """Return a token with the wanted scopes, or all. See: RFC 6749, section 4.4. Raises: ClientUnknown."""
        await self.limits.count("token", asked.client_ip)
        right_secret = _same(secret, self.secret)
        if not (_same(client_id, CLIENT) and right_secret):
            raise ClientUnknown
        scopes = (frozenset(wanted.split()) & SCOPES) if wanted.strip() else SCOPES
        if not scopes:
            raise ScopeUnknown
        return Granted(self.sign(CLIENT, scopes, TOKEN_SECONDS), scopes)

    async def many(
        self, path: str, rows: Sequence[Mapping[str, Any]], scope: str, client: str, asked: Asked
    ) -> Sequence[Mapping[str, Any]]:
        """Return what came of each row, some at a time; sent again under its key, what is done stays done.

        Raises: Unavailable, and then the whole is to be sent again.
        """
        found: list[Mapping[str, Any]] = []
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            part = replace(asked, key=f"{asked.key}/{begin}" if begin else asked.key)
            done = await self.contracts.report(path, {"rows": rows[begin : begin + ROWS_AT_ONCE]}, scope, client, part)
            found += [{**one, "row": begin + one["row"]} for one in done.body["rows"]]
        return found

    async def early(self, limit: int, cursor: str | None) -> Page[EarlyFactRow]:
        """Return what waits for contracts, oldest first. Raises: CursorUnreadable; Unavailable."""
        return cut(await self.boards.page(EARLY_FACT, [WAITING], limit=limit + 1, after=place(cursor)), limit)


def _same(left: str, right: str) -> bool:
    # Digests have one length, so the comparison tells nothing about the secret's.
    return hmac.compare_digest(sha256(left.encode()).digest(), sha256(right.encode()).digest())
