"""Reads the service's own log: what was said before its contract is kept, and said of it later. Next: statuses.py.

Whichever comes later, the contract or what is said of it, the later one is read here after both are written; so
nothing is forgotten in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.domain.context import Context
from kernel.domain.reads import wire_name
from services.contracts.application.statuses import EarlyFacts
from services.contracts.application.streams import early_stream
from services.contracts.domain.events import (
    ContractActivated,
    EarlyFactKept,
    IncidentOpened,
    KeptKind,
    MaintenanceAnnounced,
)

READER = "contracts.early"

Fact: TypeAlias = ContractActivated | EarlyFactKept | IncidentOpened | MaintenanceAnnounced


@dataclass(frozen=True, slots=True)
class Early:
    """Brings what came early and its contract together."""

    facts: EarlyFacts

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        read = (ContractActivated, EarlyFactKept, IncidentOpened, MaintenanceAnnounced)
        return {wire_name(one): one for one in read}

    async def __call__(
        self,
        fact: Fact,
        about: Incoming,
        transaction: object,  # noqa: ARG002 - every reaction is given it; this one has no rows of its own
    ) -> None:
        """Keep what must wait, and settle what need not any longer."""
        match fact:
            case ContractActivated(contract_number=number) | EarlyFactKept(contract_number=number):
                await self.facts.settle(number, _by(about, number))
            case IncidentOpened():
                for number in fact.waiting:
                    await self.facts.keep(number, KeptKind.INCIDENT, fact.incident_id, fact.at, _by(about, number))
            case MaintenanceAnnounced():
                for number in fact.waiting:
                    await self.facts.keep(
                        number, KeptKind.MAINTENANCE, fact.maintenance_id, fact.at, _by(about, number)
                    )


def _by(about: Incoming, number: str) -> Context:
    # The same command however often the fact is read.
    return caused_by(about, "contracts", uuid5(early_stream(number), about.id))
