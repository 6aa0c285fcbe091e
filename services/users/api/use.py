"""What the routes are given: what main.py built, and the circumstances of a call. Next stop: routes.py."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from kernel.adapters.http.commands import Asked, asked, placed
from kernel.domain.recorded import Appended
from services.users.application.group_handlers import GroupHandlers
from services.users.application.handlers import UserHandlers
from services.users.application.histories import Histories
from services.users.application.image_handlers import ImageHandlers
from services.users.application.importing import Importing
from services.users.application.lookback import Lookback
from services.users.application.looking import Looking
from services.users.application.operator_handlers import OperatorHandlers
from services.users.application.policy_handlers import PolicyHandlers
from services.users.application.ports import Freshness
from services.users.application.references import References
from services.users.application.registrations import Registrations

SELF, ADMIN, READ = "users:self", "users:admin", "users:read"
"""Scopes: of everybody for themselves, and of administrators to change and to look."""

APPOINT, DEED = "operators:appoint", "operators:deed"
"""Scopes: of whoever runs the platform to say who operates it, and of the gateway to record what operators do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What main.py built for the routes."""

    users: UserHandlers
    importing: Importing
    groups: GroupHandlers
    policy: PolicyHandlers
    image: ImageHandlers
    references: References
    looking: Looking
    histories: Histories
    lookback: Lookback
    registrations: Registrations
    freshness: Freshness
    operators: OperatorHandlers

    async def shown(self, response: Response, *done: Appended) -> None:
        """Say where the facts are, and wait a moment until the lists show them."""
        places = [one.position for one in done if one.position is not None]
        placed(response, *places)
        if places:
            await self.freshness.reached(max(place.position for place in places))


async def built(request: Request) -> Built:
    """Return what main.py built."""
    made: Built = request.app.state.built
    return made


Use = Annotated[Built, Depends(built)]
BySelf = Annotated[Asked, Depends(asked(SELF))]
ByAdministrator = Annotated[Asked, Depends(asked(ADMIN))]
ByOwner = Annotated[Asked, Depends(asked(APPOINT))]
ByGateway = Annotated[Asked, Depends(asked(DEED))]
ByReader = Annotated[Asked, Depends(asked(READ))]
