"""Publishing a service's events again: from where, how much that is, why. Next stop: templates/ops/again.html."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer
from gateway.application.ops_again import Publishing
from gateway.application.ops_events_ports import Again
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.ops_filter import moment, position
from gateway.web.ops_words import reason_in
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.domain.errors import PortalError, Unavailable

router = APIRouter(include_in_schema=False)

AGAIN, ASK = "/ops/publish-again", "/ops/publish-again/from"

Typed = Annotated[str, Query(max_length=100)]


@router.api_route(AGAIN, methods=["GET", "HEAD"])
async def again(*, here: Here, viewer: CurrentViewer, asked: AskedHere, done: Typed = "") -> Response:
    """Show what is published again and how far it is, and ask what else should be."""
    found = await here.use.ops_again.publishing(viewer, asked)
    return await _page(here, viewer, found, done=bool(done))


@router.api_route(ASK, methods=["GET", "HEAD"])
async def ask(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    service: Typed = "",
    partition: Typed = "",
    first: Typed = "",
    since: Typed = "",
) -> Response:
    """Say how much it would be, and ask why."""
    policy.demand(viewer, Operation.OPS_PUBLISH_AGAIN)
    typed = {"service": service, "partition": partition, "first": first.strip(), "since": since}
    wish, wrong = _read(here, viewer, typed)
    if wish is None:
        return await _page(
            here, viewer, await _publishing(here, viewer, asked), 422, Filled(values=typed, errors=wrong)
        )
    try:
        return await _ask(here, viewer, wish, asked)
    except PortalError as refusal:
        filled = Filled(values=typed, refusal=_words(here, refusal))
        return await _page(here, viewer, await _publishing(here, viewer, asked), status(refusal), filled)


@router.post(ASK)
async def act(*, here: Here, viewer: CurrentViewer, form: CheckedForm, asked: AskedHere) -> Response:
    """Have it published again; it is recorded before."""
    policy.demand(viewer, Operation.OPS_PUBLISH_AGAIN)
    reason, errors = reason_in(form, here.words)
    wish, wrong = _read(here, viewer, _typed(form))
    if wish is None:
        return await _page(here, viewer, await _publishing(here, viewer, asked), 422, Filled(errors=wrong))
    if errors:
        return await _ask(here, viewer, wish, asked, 422, Filled(values={"reason": reason}, errors=errors))
    try:
        await here.use.ops_again.publish(viewer, wish, reason, asked)
    except PortalError as refusal:
        filled = Filled(values={"reason": reason}, refusal=_words(here, refusal))
        if key := same_wish(refusal, asked):
            with suppress(Unavailable):
                return await _ask(here, viewer, wish, asked, status(refusal), filled, key=key)
        return await _page(here, viewer, await _publishing(here, viewer, asked), status(refusal), filled)
    return go(f"{AGAIN}?done=1")


async def _page(
    here: Frame,
    viewer: Viewer,
    found: Publishing,
    number: int = 200,
    form: Filled = EMPTY,
    *,
    done: bool = False,
) -> Response:
    return await here.page(
        "ops/again.html",
        number,
        found=found,
        form=form,
        done=done,
        services=list(here.use.ops_again.logs),
        parts=range(PARTITIONS),
        acts=policy.lets(viewer, Operation.OPS_PUBLISH_AGAIN),
    )


async def _ask(  # noqa: PLR0917 - what the page shows
    here: Frame,
    viewer: Viewer,
    wish: Again,
    asked: Asked,
    number: int = 200,
    form: Filled = EMPTY,
    *,
    key: str | None = None,
) -> Response:
    reach = await here.use.ops_again.publish(viewer, wish, "-", asked, dry_run=True)
    return await here.page("ops/again_ask.html", number, key=key, wish=wish, reach=reach, form=form)


async def _publishing(here: Frame, viewer: Viewer, asked: Asked) -> Publishing:
    return await here.use.ops_again.publishing(viewer, asked)


def _typed(form: FormData) -> dict[str, str]:
    return {name: text(form, name, 100) for name in ("service", "partition", "first", "since")}


def _read(here: Frame, viewer: Viewer, typed: dict[str, str]) -> tuple[Again | None, dict[str, str]]:
    wrong: dict[str, str] = {}
    said: dict[str, Any] = {}
    if typed["service"] not in here.use.ops_again.logs:
        wrong["service"] = here.words("again.wrong.service")
    if typed["partition"]:
        if typed["partition"] in {str(part) for part in range(PARTITIONS)}:
            said["partition"] = int(typed["partition"])
        else:
            wrong["partition"] = here.words("again.wrong.partition")
    if bool(typed["first"]) == bool(typed["since"]):
        wrong["first"] = here.words("again.wrong.from")
    for name, reads in (("first", position), ("since", lambda value: moment(value, viewer.timezone))):
        if typed[name]:
            try:
                said[name] = reads(typed[name])
            except (ValueError, OverflowError):
                wrong.setdefault(name, here.words(f"events.wrong.{name}"))
    return (None, wrong) if wrong else (Again(service=typed["service"], **said), wrong)


def _words(here: Frame, refusal: PortalError) -> str:
    errors = refusal.extra.get("errors") or ()
    if any(isinstance(one, dict) and one.get("code") == "too-many" for one in errors):
        return here.words("again.too-many")
    return refusal_words(refusal, here.words)
