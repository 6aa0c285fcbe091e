"""The page of who came in and who was refused, of the whole company. Next stop: application/company_logins.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from gateway.application.credentials import LoginResult, LoginsWanted
from gateway.application.door import AskedHere, CurrentViewer, Use
from gateway.web.devices import device
from gateway.web.frame import Here
from gateway.web.histories import API, Cursor
from gateway.web.moments import Between, between
from gateway.web.own import PASSED

router = APIRouter(include_in_schema=False)

HERE = "/logins"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; what it cannot mean is left out, and a moment that cannot be read is told."""

    result: Annotated[str, Query(max_length=20)] = ""
    userId: Annotated[str, Query(max_length=40)] = ""  # noqa: N815 - the address has the API's names
    since: Annotated[str, Query(max_length=20)] = ""
    until: Annotated[str, Query(max_length=20)] = ""

    def wanted(self, span: Between) -> LoginsWanted:
        """Return what to ask for."""
        return LoginsWanted(
            user_id=self._user(),
            result=LoginResult(self.result) if self.result in tuple(LoginResult) else None,
            since=span.since,
            until=span.until,
        )

    def address(self, path: str = HERE, **changes: str) -> str:
        """Return the address of the page, or of a file, with something else asked for."""
        said = {"result": self.result, "userId": self.userId, "since": self.since, "until": self.until, **changes}
        kept = {name: value for name, value in said.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path

    def _user(self) -> UUID | None:
        try:
            return UUID(self.userId)
        except ValueError:
            return None


@router.api_route(HERE, methods=["GET", "HEAD"])
async def show(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    filters: Annotated[Filters, Depends()],
    cursor: Cursor = "",
) -> Response:
    """Show who of the company came in and who was refused, a part at a time."""
    span = between(here, viewer, since=filters.since, until=filters.until)
    wanted = filters.wanted(span)
    page = await use.company_logins.page(viewer, wanted, asked, cursor=cursor or None)
    return await here.page(
        "logins.html",
        span.status,
        rows=page.items,
        more=page.next_cursor,
        cursor=cursor,
        form=span.form,
        filters=replace(filters, userId=str(wanted.user_id or ""), result=wanted.result or ""),
        filtered=wanted != LoginsWanted(),
        who=await use.company_logins.called(viewer, wanted.user_id) if wanted.user_id else "",
        results=tuple(LoginResult),
        export=_export(wanted),
        zone=span.timezone,
        device=device,
        passed=PASSED,
    )


def _export(wanted: LoginsWanted) -> str:
    """Return the address of the file of what is shown; a moment goes as the API reads it."""
    said: Mapping[str, str | None] = {
        "userId": str(wanted.user_id) if wanted.user_id else None,
        "result": wanted.result,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
    }
    return f"{API}/logins/export?{urlencode({name: value for name, value in said.items() if value} | {'format': ''})}"
