"""The two moments between which a page looks, as somebody typed them. Next stop: parts/moment.html, logins.html."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from gateway.application.door import CurrentViewer
from gateway.application.timezones import zone
from gateway.application.viewer import Viewer
from gateway.web.forms import Filled
from gateway.web.frame import Frame, Here
from kernel.adapters.http.moments import in_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What was typed, and what could be read of it."""

    form: Filled
    since: datetime | None
    until: datetime | None
    timezone: str

    @property
    def status(self) -> int:
        """Return the status of the page that shows it."""
        return 422 if self.form.errors else 200


def between(here: Frame, viewer: Viewer, **typed: str) -> Between:
    """Read two moments, the earlier first, by the names of their fields and as the viewer's own time.

    What cannot be read is as if it were not there, and told.
    """
    read = {name: moment_of(value, viewer.timezone) for name, value in typed.items()}
    wrong = [name for name, value in typed.items() if value and read[name] is None]
    since, until = read.values()
    return Between(
        form=Filled(values=typed, errors=dict.fromkeys(wrong, here.words("history.unreadable"))),
        since=since,
        until=until,
        timezone=viewer.timezone,
    )


async def looked_at(
    here: Here,
    viewer: CurrentViewer,
    since: Annotated[str, Query(max_length=20)] = "",
    as_of: Annotated[str, Query(alias="asOf", max_length=20)] = "",
) -> Between:
    """Return the moment that a page shows and the one since which it tells what changed."""
    return between(here, viewer, since=since, asOf=as_of)


Typed = Annotated[Between, Depends(looked_at)]


def moment_of(typed: str, timezone: str) -> datetime | None:
    """Return the moment that somebody typed as their own time; None for what is none, there or in another zone."""
    try:
        return in_utc(datetime.fromisoformat(typed).replace(tzinfo=zone(timezone)))
    except (ValueError, OverflowError):
        return None
