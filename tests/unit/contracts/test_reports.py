"""What the operator tells people in their own words may have lines (N6, N7, N8)."""

from typing import Any

import pytest

from kernel.adapters.http.body import Body
from services.contracts.api.fact_schemas import (
    ApplicationProgress,
    Cancellation,
    IncidentNews,
    IncidentReport,
    MaintenancePlan,
    Window,
)

NUMBER = "N000000001"
SPAN = {"startsAt": "2026-12-01T00:00:00Z", "endsAt": "2026-12-01T04:00:00Z"}


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        (ApplicationProgress, "note", {"state": "HELD"}),
        (IncidentReport, "text", {"incidentNumber": "T1", "title": "故障", "contractNumbers": [NUMBER]}),
        (IncidentNews, "text", {"status": "ANALYZING"}),
        (
            MaintenancePlan,
            "text",
            {"maintenanceNumber": "M000000001", "name": "更改", "contractNumbers": [NUMBER], **SPAN},
        ),
        (Window, "reason", SPAN),
        (Cancellation, "reason", {}),
    ],
)
def test_n6_n7_n8_what_is_told_of_a_report_may_have_lines(body: type[Body], field: str, said: dict[str, Any]) -> None:
    report = body.model_validate({**said, field: "復旧作業中です。\r\n終わり次第お知らせします。"})
    assert getattr(report, field) == "復旧作業中です。\n終わり次第お知らせします。"
