"""Which events an operator looks for, as typed, chosen or linked. Next stop: ops_events.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query

from gateway.application.door import CurrentViewer
from gateway.application.ops_events import event_id
from gateway.application.ops_events_ports import Wanted
from gateway.application.timezones import zone
from gateway.web.forms import Filled, sought
from gateway.web.frame import Here
from gateway.web.words import Words
from kernel.application.browsing import Sought

Text = Annotated[str, Query(max_length=100)]
NEWEST, OLDEST = "newest", "oldest"
LARGEST = 2**63 - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What was typed, what could be read of it, and what could not."""

    form: Filled
    wanted: Wanted
    said: Mapping[str, str]
    """What was typed, without what was left empty."""

    @property
    def status(self) -> int:
        """Return the status of the page that shows it."""
        return 422 if self.form.errors else 200

    @property
    def folded(self) -> bool:
        """Return whether nothing was typed in the fields that are seldom used."""
        return not {"causationId", "since", "until", "first", "last"} & self.said.keys()

    def address(self, path: str, **changes: Any) -> str:
        """Return a page with the same filter, but for some changes; None takes one off."""
        said = {name: str(value) for name, value in {**self.said, **changes}.items() if value is not None}
        return f"{path}?{urlencode(said)}" if said else path


async def sift(  # noqa: PLR0917 - the names of the query
    here: Here,
    viewer: CurrentViewer,
    service: Text = "",
    type_: Annotated[str, Query(alias="type", max_length=100)] = "",
    tenant_id: Annotated[str, Query(alias="tenantId", max_length=100)] = "",
    id_: Annotated[str, Query(alias="id", max_length=100)] = "",
    correlation_id: Annotated[str, Query(alias="correlationId", max_length=100)] = "",
    causation_id: Annotated[str, Query(alias="causationId", max_length=100)] = "",
    since: Text = "",
    until: Text = "",
    first: Text = "",
    last: Text = "",
    order: Text = "",
) -> Sifted:
    """Read the filter; times are the viewer's own."""
    typed = {
        "service": service,
        "type": type_,
        "tenantId": tenant_id,
        "id": id_,
        "correlationId": correlation_id,
        "causationId": causation_id,
        "since": since,
        "until": until,
        "first": first,
        "last": last,
        "order": OLDEST if order == OLDEST else "",
    }
    said = {name: plain for name, value in typed.items() if (plain := sought(value))}
    return _read(said, here.words, viewer.timezone)


Filter = Annotated[Sifted, Depends(sift)]


def _read(said: dict[str, str], words: Words, timezone: str) -> Sifted:
    wrong: dict[str, str] = {}
    own: dict[str, Any] = {"type": said.get("type")}
    readers: Mapping[str, tuple[str, Callable[[str], Any]]] = {
        "tenantId": ("tenant_id", UUID),
        "correlationId": ("correlation_id", UUID),
        "causationId": ("causation_id", _event),
        "since": ("since", lambda text: moment(text, timezone)),
        "until": ("until", lambda text: moment(text, timezone)),
        "first": ("first", position),
        "last": ("last", position),
    }
    for name, (field, reads) in readers.items():
        if name in said:
            try:
                own[field] = reads(said[name])
            except (ValueError, OverflowError):
                wrong[name] = words(f"events.wrong.{field}")
    if "id" in said:
        named = _stream_or_event(said["id"])
        own |= named
        if not named:
            wrong["id"] = words("events.wrong.id")
    if ("first" in said or "last" in said) and "service" not in said:
        wrong["service"] = words("events.wrong.service")
    wanted = Wanted(service=said.get("service"), oldest_first=said.get("order") == OLDEST, sought=Sought(**own))
    return Sifted(form=Filled(values=said, errors=wrong), wanted=wanted, said=said)


def _stream_or_event(text: str) -> dict[str, Any]:
    named = event_id(text)
    if named:
        return {"stream_id": named[0], "version": named[1]}
    try:
        return {"stream_id": UUID(text)}
    except ValueError:
        return {}


def _event(text: str) -> str:
    named = event_id(text)
    if named is None:
        raise ValueError("no event's id")
    return f"{named[0]}/{named[1]}"


def position(text: str) -> int:
    """Return a place in a log. Raises: ValueError."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST):
        raise ValueError("no position")
    return int(text)


def moment(typed: str, timezone: str) -> datetime:
    """Return the moment that somebody typed as their own time. Raises: ValueError; OverflowError."""
    read = datetime.fromisoformat(typed)
    return (read if read.tzinfo else read.replace(tzinfo=zone(timezone))).astimezone(UTC)
