"""What the routes are given: what main.py built, and the circumstances of a call. Next stop: routes.py."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from kernel.adapters.http.commands import Asked, asked
from services.contracts.application.calendars import CalendarHandlers
from services.contracts.application.handlers import ContractHandlers
from services.contracts.application.histories import Histories
from services.contracts.application.incidents import IncidentHandlers
from services.contracts.application.maintenances import MaintenanceHandlers
from services.contracts.application.moments import Moments
from services.contracts.application.orders import OrderHandlers
from services.contracts.application.statuses import StatusHandlers

APPLICATIONS, CONTRACTS = "applications:write", "contracts:write"
INCIDENTS, MAINTENANCE, STATUS = "incidents:write", "maintenance:write", "status:write"
"""Scopes of the operator's systems, one for each kind of fact."""
MEMO, READ, CALENDAR = "contracts:memo", "contracts:read", "contracts:calendar"
"""Scopes of the gateway, in the name of people."""

OPERATOR = frozenset({APPLICATIONS, CONTRACTS, INCIDENTS, MAINTENANCE, STATUS})
PEOPLE = frozenset({MEMO, READ, CALENDAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What main.py built for the routes."""

    contracts: ContractHandlers
    orders: OrderHandlers
    incidents: IncidentHandlers
    maintenances: MaintenanceHandlers
    statuses: StatusHandlers
    moments: Moments
    histories: Histories
    calendars: CalendarHandlers


async def built(request: Request) -> Built:
    """Return what main.py built."""
    made: Built = request.app.state.built
    return made


Use = Annotated[Built, Depends(built)]
ByApplications = Annotated[Asked, Depends(asked(APPLICATIONS))]
ByContracts = Annotated[Asked, Depends(asked(CONTRACTS))]
ByIncidents = Annotated[Asked, Depends(asked(INCIDENTS))]
ByMaintenance = Annotated[Asked, Depends(asked(MAINTENANCE))]
ByStatus = Annotated[Asked, Depends(asked(STATUS))]
ByMemo = Annotated[Asked, Depends(asked(MEMO))]
ByReader = Annotated[Asked, Depends(asked(READ))]
ByCalendar = Annotated[Asked, Depends(asked(CALENDAR))]
