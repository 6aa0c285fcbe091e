"""Plays a month in by the operator's own calls: what is there already stays as it is. Next stop: staff.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.demo.company import Company
from deploy.demo.month import Month, Setting, month, summary
from deploy.demo.portal import Portal

ROWS = 200
"""Rows of one call."""

LARGE = "A-2026-004105"
"""The application of the company that is large."""

MORE = {LARGE: 299}
CODES = {"A-2026-004711": 2101, "A-2026-003902": 2102, LARGE: 2103}


@dataclass(frozen=True, slots=True)
class Operator:
    """Reports what happens to services."""

    portal: Portal

    async def play(self, company: Company, anchor: datetime) -> str:
        """Report a company's month; return how much it was. Raises: DemoFailed."""
        setting = setting_of(company)
        made = month(setting, anchor)
        for form in made.placed:
            await self.portal.report("/operator/applications", form)
        counts = await self._tables(made)
        for number, deed, body in made.moved:
            await self.portal.report(f"/operator/maintenances/{number}/{deed}", body)
        return summary(counts)

    async def _tables(self, made: Month) -> dict[str, int]:
        tables: dict[str, tuple[str, Any]] = {
            "steps of applications": ("application-progress", made.progress),
            "statuses": ("service-statuses", made.statuses),
            "incidents": ("incidents", made.incidents),
            "news of them": ("incident-updates", made.updates),
            "planned works": ("maintenances", made.maintenances),
        }
        for kind, rows in tables.values():
            for begin in range(0, len(rows), ROWS):
                await self.portal.report(f"/operator/bulk/{kind}", {"rows": rows[begin : begin + ROWS]})
        return {what: len(rows) for what, (_, rows) in tables.items()}


def setting_of(company: Company) -> Setting:
    """Return what of a company its month depends on."""
    return Setting(
        code=CODES.get(company.number, 2100),
        first_application=company.number,
        numbers=[str(one["contractNumber"]) for one in company.form["contracts"]],
        more=MORE.get(company.number, 0),
        japanese=company.administrator["mailLanguage"] == "ja",
    )
