"""Tells changes as an administrator may know them: by whom, with names, and from where. Next stop: ports.py."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from kernel.domain.context import Client
from services.users.application.history import Change, Field, Moment
from services.users.application.ports import Directory

USER = "user:"
MEMBERS = "members"

Clients: TypeAlias = Callable[[Sequence[str | None]], Awaitable[Sequence[Client | None]]]
"""Opens from where somebody asked; None where nobody knows, or where they were forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Looks names up, and opens from where somebody asked: one question each for all that is told."""

    directory: Directory
    clients: Clients

    async def changes(self, tenant_id: UUID, found: Sequence[Moment]) -> Sequence[Change]:
        """Return what each fact changed, field by field. People of other tenants and the forgotten have no names."""
        members = (name for one in found for field in one.fields if field.name == MEMBERS for name in _said(field))
        ids = {UUID(who.removeprefix(USER)) for who in (*(one.actor for one in found), *members) if _is_person(who)}
        names = {f"{USER}{user_id}": name for user_id, name in (await self.names(tenant_id, ids)).items()}
        clients = await self.clients([one.client for one in found])
        return [change for one, client in zip(found, clients, strict=True) for change in _changes(one, client, names)]

    async def names(self, tenant_id: UUID, user_ids: Iterable[UUID]) -> Mapping[UUID, str]:
        """Return what people are called; the forgotten are called nothing."""
        ids = set(user_ids)
        return {one: name for one, name in (await self.directory.names(tenant_id, ids)).items() if name} if ids else {}


def _is_person(who: str) -> bool:
    try:
        return who.startswith(USER) and bool(UUID(who.removeprefix(USER)))
    except ValueError:
        return False


def _said(field: Field) -> Sequence[str]:
    return [text for text in (field.old, field.new) if text]


def _changes(one: Moment, client: Client | None, names: Mapping[str, str]) -> Sequence[Change]:
    return [
        Change(
            at=one.at,
            actor=one.actor,
            by=names.get(one.actor, one.actor),
            field=field.name,
            old=names.get(field.old or "", field.old) if field.name == MEMBERS else field.old,
            new=names.get(field.new or "", field.new) if field.name == MEMBERS else field.new,
            cause=one.cause,
            correlation_id=one.correlation_id,
            fact=one.fact,
            client=client,
        )
        for field in one.fields
    ]
