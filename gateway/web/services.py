"""The contracted services: the list and the pages of one of them. Next stop: application/contracts.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application.access import Action
from gateway.application.asked import Asked
from gateway.application.availability import days
from gateway.application.contracts import LONGEST_SEARCH
from gateway.application.dashboard import STATUSES
from gateway.application.directory import HistoryKind, HistoryOf
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.errors import ContractUnknown
from gateway.application.freshness import Fresh
from gateway.application.journeys import Journeys
from gateway.application.timezones import zone
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from gateway.web.changes import Changed, Start, if_match, meanwhile, opened, start_at, start_of
from gateway.web.chart import chart_of
from gateway.web.contract_fields import fields
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.history import moments
from gateway.web.moments import Between, Typed
from kernel.domain.errors import NotFound, PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)

ROWS = 50
DAYS = 30
MEMO_LENGTH = 38
TABS = ("overview", "options", "numbers", "status", "maintenance", "applications", "history")
SHOWN_CHANGES = 50


def address(**filters: str | None) -> str:
    """Return the address of the list under these filters."""
    query = {name: value for name, value in filters.items() if value}
    return f"/services?{urlencode(query)}" if query else "/services"


@router.api_route("/services", methods=["GET", "HEAD"])
async def listed(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    status: Annotated[str | None, Query(alias="serviceStatus", max_length=20)] = None,
    service: Annotated[str | None, Query(alias="serviceName", max_length=50)] = None,
    search: Annotated[str | None, Query(max_length=LONGEST_SEARCH)] = None,
) -> Response:
    """List the contracts; the address keeps the filters."""
    chosen = status if status in STATUSES else None
    page = await use.contracts.page(
        viewer,
        limit=ROWS,
        cursor=cursor or None,
        service_name=service or None,
        service_status=chosen,
        search=search or None,
    )
    return await here.page(
        "services/list.html",
        page=page,
        counts=await use.dashboard.count(viewer),
        chosen=chosen,
        service=service or None,
        search=search or None,
        address=address,
        cursor=cursor,
        stale=not fresh,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    """A contract that somebody looks at."""

    here: Frame
    use: Journeys
    viewer: Viewer
    row: ContractRow
    stale: bool

    async def page(self, tab: str, status: int = 200, **values: Any) -> Response:
        """Return one of its pages."""
        row, access = self.row, self.viewer.access
        return await self.here.page(
            f"services/{tab}.html",
            status,
            row=row,
            tabs=TABS,
            chosen=tab,
            edits=access.allows(Action.EDIT, row.service_name, row.contract_id),
            leads_on=self.use.hop.leads_on(self.viewer, row),
            stale=self.stale,
            **values,
        )

    async def overview(
        self, filled: Filled, status: int = 200, *, start: Start | None = None, saved: bool = False, **values: Any
    ) -> Response:
        """Return the first of its pages, which has the form for the memo."""
        start = start or start_at(self.row.version, {"memo": self.row.memo})
        return await self.page("overview", status, form=filled, start=start, saved=saved, **values)


@router.api_route("/services/{contractId}", methods=["GET", "HEAD"])
async def overview(
    *,
    contractId: str,  # noqa: N803 - the path's name is the API's
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    saved: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """Show everything about one contract."""
    of = await _of(contractId, here, viewer, use, fresh=fresh)
    return await of.overview(EMPTY, saved=bool(saved))


@router.post("/services/{contractId}/memo")
async def change_memo(
    *,
    contractId: str,  # noqa: N803 - the path's name is the API's
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    form: CheckedForm,
    token: SessionToken,
    asked: AskedHere,
) -> Response:
    """Note something on a contract."""
    of = await _of(contractId, here, viewer, use, fresh=True)
    memo = " ".join(text(form, "memo").split())
    if len(memo) > MEMO_LENGTH:
        error = {"memo": here.words("contract.memo.too-long", n=MEMO_LENGTH)}
        return await of.overview(Filled(values={"memo": memo}, errors=error), 422, start=start_of(form))
    try:
        await use.contracts.change_memo(viewer, token, of.row.contract_id, memo, asked, if_match=_seen(form, of.row))
    except PreconditionFailed as refused:
        return await _overtaken(of, memo, opened(form), status(refused))
    except PortalError as refused:
        if isinstance(refused, NotFound):
            raise
        filled = Filled(values={"memo": memo}, refusal=refusal_words(refused, here.words))
        return await of.overview(filled, status(refused), start=start_of(form), key=same_wish(refused, asked))
    return go(f"/services/{of.row.contract_id}?saved=1")


def _seen(form: FormData, row: ContractRow) -> str:
    """Return the version that a note starts from: what else changed of a contract does not contradict the note."""
    return f'"{row.version}"' if opened(form).get("memo") == row.memo else if_match(form)


async def _overtaken(of: _Of, memo: str, before: Mapping[str, str], number: int) -> Response:
    """Draw the form anew over the contract as it is now; what the person typed stays."""
    of = replace(of, row=await of.use.contracts.one(of.viewer, of.row.contract_id))
    words, now = of.here.words, {"memo": of.row.memo}
    changed = [Changed(words("contract.memo.label"), before[name], now[name]) for name in meanwhile(before, now)]
    filled = Filled(values={"memo": memo}, refusal=words("form.changed"))
    return await of.overview(filled, number, changed=changed)


@router.api_route("/services/{contractId}/{tab}", methods=["GET", "HEAD"])
async def tab(
    *,
    contractId: str,  # noqa: N803 - the path's name is the API's
    tab: str,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    asked: AskedHere,
    moment: Typed,
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Show one side of a contract. Raises: ContractUnknown for a side that there is not."""
    of = await _of(contractId, here, viewer, use, fresh=fresh)
    match tab:
        case "options" | "numbers":
            return await of.page(tab)
        case "status":
            return await _status(of)
        case "maintenance":
            return await of.page(tab, page=await use.maintenances.of_contract(viewer, of.row))
        case "applications":
            return await of.page(tab, page=await use.orders.of_contract(viewer, of.row))
        case "history":
            return await _history(of, moment, asked, cursor)
        case _:
            raise ContractUnknown


async def _status(of: _Of) -> Response:
    history = await of.use.contracts.history(of.viewer, of.row.contract_id)
    now, there = of.use.dashboard.now(), zone(of.viewer.timezone)
    return await of.page(
        "status",
        chart=chart_of(days(history.changes, now, there, DAYS), of.here.language, of.here.words),
        changes=list(reversed(history.changes))[:SHOWN_CHANGES],
        page=await of.use.incidents.of_contract(of.viewer, of.row),
    )


async def _history(of: _Of, moment: Between, asked: Asked, cursor: str) -> Response:
    as_of, contract_id = moment.until, of.row.contract_id
    window = HistoryOf(HistoryKind.CONTRACT, contract_id, since=moment.since, until=as_of)
    page = await of.use.contract_histories.page(of.viewer, window, asked, cursor=cursor or None)
    then, was_not = None, False
    if as_of is not None:
        try:
            told = await of.use.lookback.then(of.viewer, contract_id, as_of, asked)
            then = fields(of.here.words, told.says)
        except NotFound:
            was_not = True
    return await of.page(
        "history",
        moment.status,
        form=moment.form,
        as_of=as_of,
        then=then,
        was_not=was_not,
        history=moments(of.here.words, page.items, HistoryKind.CONTRACT),
        more=page.next_cursor,
        cursor=cursor,
        export=f"/api/v1/contracts/{contract_id}/history/export",
        zone=moment.timezone,
    )


async def _of(contract_id: str, here: Frame, viewer: Viewer, use: Journeys, *, fresh: bool) -> _Of:
    try:
        wanted = UUID(contract_id)
    except ValueError:
        raise ContractUnknown from None
    return _Of(here=here, use=use, viewer=viewer, row=await use.contracts.one(viewer, wanted), stale=not fresh)
