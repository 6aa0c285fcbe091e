"""Two moments of the company's settings: the new login method begins, the old one ends. Next stop: company.py.

People write them in their own zone; everything else knows them in UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from starlette.datastructures import FormData

from gateway.application.timezones import zone
from gateway.sources.users import LoginPolicy
from gateway.web.forms import text
from gateway.web.words import Words

FROM, UNTIL = "effectiveFrom", "legacyUntil"
LABELS = {FROM: "company.login.from", UNTIL: "company.login.until"}
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


def errors(words: Words, said: Mapping[str, str], factors: str, timezone: str) -> dict[str, str]:
    """Return what is wrong: both moments or none, in order, and a method that stays."""
    if not any(said[name] for name in LABELS):
        return {}
    moments = {name: _moment(said[name], timezone) for name in LABELS}
    wrong = {name: words("company.login.moment") for name, moment in moments.items() if moment is None}
    since, until = moments[FROM], moments[UNTIL]
    if since and until and until <= since:
        wrong[UNTIL] = words("company.login.order")
    if not wrong and "TOTP" not in factors.split():
        wrong[FROM] = words("company.login.needs-app")
    return wrong


def fields(said: Mapping[str, str], timezone: str) -> dict[str, Any]:
    """Return the moments as the API has them; None for none."""
    moments = {name: _moment(said[name], timezone) for name in LABELS}
    if any(moment is None for moment in moments.values()):
        return {"loginPolicy": None}
    return {"loginPolicy": {name: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in moments.items()}}


def _moment(said: str, timezone: str) -> datetime | None:
    try:
        return datetime.strptime(said[:16], _MOMENT).replace(tzinfo=zone(timezone)).astimezone(UTC)
    except ValueError:
        return None
