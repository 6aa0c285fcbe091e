"""A contract as it was at a moment, and what changed between two, told from the facts alone. Next: domain/contract.py.

The moment is when things were so, not when they were written down: a status that was reported late counts from when
it began.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.application.ports import EventStore
from kernel.domain.event import event_type
from kernel.domain.recorded import Recorded
from services.contracts.domain.contract import Contract, Life, contract
from services.contracts.domain.errors import ContractUnknown

Said = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that one fact changed."""

    at: datetime
    recorded_at: datetime
    actor: str
    field: str
    old: str | None
    new: str | None
    cause: str | None
    """The fact that led to it, `stream/version`, where one did."""
    correlation_id: UUID
    """The same for everything that one post or click led to."""
    fact: str
    """The wire name of the fact."""
    version: int
    """Which fact of the contract."""
    client: str | None
    """From where it was asked, sealed as the actor's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Looks back."""

    store: EventStore

    async def then(self, contract_id: UUID, tenant_id: UUID, at: datetime) -> Contract:
        """Return a contract as it was. Raises: ContractUnknown, also when it was not in force yet."""
        state = as_of(await self._past(contract_id, tenant_id), at)
        if state.life is Life.ABSENT:
            raise ContractUnknown
        return state

    async def changes(
        self, contract_id: UUID, tenant_id: UUID, since: datetime | None, until: datetime
    ) -> Sequence[Change]:
        """Return what changed after *since* and up to *until*, newest first. Raises: ContractUnknown."""
        past = await self._past(contract_id, tenant_id)
        return [one for one in changes(past) if one.at <= until and (since is None or one.at > since)]

    async def all_changes(self, contract_id: UUID, tenant_id: UUID) -> Sequence[Change]:
        """Return everything that changed, newest first. Raises: ContractUnknown."""
        return changes(await self._past(contract_id, tenant_id))

    async def _past(self, contract_id: UUID, tenant_id: UUID) -> Sequence[Recorded[Any]]:
        past = await self.store.load(contract_id)
        if not past or past[0].tenant_id != tenant_id or not hasattr(past[0].event, "contract_number"):
            raise ContractUnknown
        return past


def as_of(past: Iterable[Recorded[Any]], at: datetime) -> Contract:
    """Return the state that the facts led to which were true by then, in whatever order they were told."""
    return contract.fold(one.event for one in past if one.event.at <= at)


def changes(past: Iterable[Recorded[Any]]) -> Sequence[Change]:
    """Return what each fact changed, newest first."""
    state, before, found = contract.initial, said(contract.initial), list[Change]()
    for recorded in sorted(past, key=lambda one: (one.event.at, one.version)):
        state = contract.evolve(state, recorded.event)
        after = said(state)
        found.extend(
            Change(
                at=recorded.event.at,
                recorded_at=recorded.recorded_at,
                actor=recorded.meta.actor,
                field=field,
                old=before.get(field),
                new=new,
                cause=recorded.meta.causation_id,
                correlation_id=recorded.meta.correlation_id,
                fact=event_type(recorded.event).wire_name,
                version=recorded.version,
                client=recorded.meta.client,
            )
            for field, new in after.items()
            if new != before.get(field)
        )
        before = after
    return found[::-1]


def said(state: Contract) -> Said:
    """Return what a contract says, field by field."""
    if state.life is Life.ABSENT:
        return {}
    terms = state.terms
    return {
        "life": state.life.name,
        "serviceStatus": state.service_status.value,
        "optionType": terms.option_type,
        "distinguishName": terms.distinguish_name,
        "site": terms.site,
        "vpnGroupId": terms.vpn_group_id,
        "extensionIds": ", ".join(terms.extension_ids) or None,
        "externalNumbers": ", ".join(terms.external_numbers) or None,
        "channels": None if terms.channels is None else str(terms.channels),
        "options": ", ".join(terms.options) or None,
        "memo": state.memo or None,
    }
