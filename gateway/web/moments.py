"""The two moments that a page of the past is asked for, as somebody typed them. Next stop: parts/moment.html."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query

from gateway.application.door import CurrentViewer
from gateway.application.timezones import zone
from gateway.web.forms import Filled
from gateway.web.frame import Here


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What was typed, and what could be read of it."""

    form: Filled
    since: datetime | None
    as_of: datetime | None
    timezone: str

    @property
    def status(self) -> int:
        """Return the status of the page that shows it."""
        return 422 if self.form.errors else 200


async def between(
    here: Here,
    viewer: CurrentViewer,
    since: Annotated[str, Query(max_length=20)] = "",
    as_of: Annotated[str, Query(alias="asOf", max_length=20)] = "",
) -> Between:
    """Read the two moments as the viewer's own time; what cannot be read is as if it were not there, and told."""
    typed = {"since": since, "asOf": as_of}
    read = {name: moment_of(value, viewer.timezone) for name, value in typed.items()}
    wrong = [name for name, value in typed.items() if value and read[name] is None]
    return Between(
        form=Filled(values=typed, errors=dict.fromkeys(wrong, here.words("history.unreadable"))),
        since=read["since"],
        as_of=read["asOf"],
        timezone=viewer.timezone,
    )


Typed = Annotated[Between, Depends(between)]


def moment_of(typed: str, timezone: str) -> datetime | None:
    """Return the moment that somebody typed as their own time; None for what is none, in their zone or in UTC."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=zone(timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
