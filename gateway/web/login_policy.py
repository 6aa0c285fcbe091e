"""Two moments of the company's settings: the new login method begins, the old one ends. Next stop: company.py.

People write them in their own zone; everything else knows them in UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from unicodedata import normalize

from starlette.datastructures import FormData

from gateway.application.timezones import zone
from gateway.sources.users import LoginPolicy
from gateway.web.forms import text
from gateway.web.moments import moment_of
from gateway.web.words import Words

FROM, UNTIL = "effectiveFrom", "legacyUntil"
LABELS = {FROM: "company.login.from", UNTIL: "company.login.until"}
Moments: TypeAlias = Mapping[str, datetime | None]
_MOMENT = "%Y-%m-%dT%H:%M"


def typed(form: FormData) -> dict[str, str]:
    """Return what was written."""
    return {name: normalize("NFKC", text(form, name, 30)).strip().replace(" ", "T") for name in LABELS}


def values(policy: LoginPolicy | None, timezone: str) -> dict[str, str]:
    """Return the moments as the fields hold them."""
    if policy is None:
        return dict.fromkeys(LABELS, "")
    here = zone(timezone)
    return {
        FROM: f"{policy.effective_from.astimezone(here):{_MOMENT}}",
        UNTIL: f"{policy.legacy_until.astimezone(here):{_MOMENT}}",
    }


def moments(said: Mapping[str, str], kept: LoginPolicy | None, timezone: str) -> Moments:
    """Return the moments that were written; None where there is none to be read.

    A field holds neither seconds nor which of the two hours is meant when clocks are set back, so whatever still reads
    as the *kept* moment did is that moment.
    """
    shown = values(kept, timezone)
    known = {FROM: kept.effective_from, UNTIL: kept.legacy_until} if kept else {}
    return {
        name: known[name] if name in known and said[name] == shown[name] else moment_of(said[name][:16], timezone)
        for name in LABELS
    }


def errors(words: Words, said: Mapping[str, str], moments: Moments, factors: str) -> dict[str, str]:
    """Return what is wrong: both moments or none, in order, and a method that stays."""
    if not any(said[name] for name in LABELS):
        return {}
    wrong = {name: words("company.login.moment") for name, moment in moments.items() if moment is None}
    since, until = moments[FROM], moments[UNTIL]
    if since and until and until <= since:
        wrong[UNTIL] = words("company.login.order")
    if not wrong and "TOTP" not in factors.split():
        wrong[FROM] = words("company.login.needs-app")
    return wrong


def fields(moments: Moments) -> dict[str, Any]:
    """Return the moments as the API has them; None for none."""
    said = {
        name: f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
        for name, moment in moments.items()
        if moment
    }
    return {"loginPolicy": said if len(said) == len(LABELS) else None}
