"""From where somebody asked, beside the fact it led to: sealed as theirs, forgotten with them. Next stop: keys.py."""

import json
from collections.abc import Sequence
from uuid import UUID

from kernel.application.ports import Keyring
from kernel.domain.context import Client, Context
from kernel.domain.errors import Unsealable

FIELD = "client"
PERSON = "user:"


async def seal_client(keyring: Keyring | None, context: Context, stream_id: UUID, version: int) -> str | None:
    """Return where a command came from, sealed with the key of the person who gave it.

    None for services and operators, whose address is nobody's, and for who was forgotten. Raises: Unavailable.
    """
    who = person_of(context.actor)
    if keyring is None or context.client is None or who is None:
        return None
    text = json.dumps([context.client.address, context.client.agent], ensure_ascii=False)
    try:
        return (await keyring.seal(who, {FIELD: text}, stream_id=stream_id, version=version))[FIELD]
    except Unsealable:
        return None


async def open_clients(keyring: Keyring, sealed: Sequence[str | None]) -> list[Client | None]:
    """Return them in order, None where none was kept or the person was forgotten. Raises: Unreadable, Unavailable."""
    kept = list(dict.fromkeys(text for text in sealed if text is not None))
    opened = dict(zip(kept, await keyring.open(kept), strict=True)) if kept else {}
    return [_client(opened.get(text)) if text is not None else None for text in sealed]


def person_of(actor: str) -> UUID | None:
    """Return whose id an actor is; None for who is no person."""
    if not actor.startswith(PERSON):
        return None
    try:
        return UUID(actor.removeprefix(PERSON))
    except ValueError:
        return None


def _client(text: str | None) -> Client | None:
    if text is None:
        return None
    address, agent = json.loads(text)
    return Client(address=address, agent=agent)
