"""A contract as facts about something else name it: whose it is, and of which service. Next stop: events.py."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A contract that an incident, a maintenance or an application is about."""

    contract_id: UUID
    contract_number: str
    service_name: str
    tenant_id: UUID
