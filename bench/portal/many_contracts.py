"""Very many contracts of one company, as the operator's back office reports them. Next: measures/administration.py."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from bench.load.wire import Wires

AT_ONCE = 100
"""Contracts of one application."""

APPLICATIONS = "/api/v1/operator/applications"
PROGRESS = "/api/v1/operator/bulk/application-progress"
STATUSES = "/api/v1/operator/bulk/service-statuses"
ROWS = 500
DONE = 5
PLACES = ("札幌", "仙台", "東京", "横浜", "名古屋", "京都", "大阪", "神戸", "広島", "福岡")
RARE = 100
"""One contract of so many does not run well."""


class ManyContracts:
    """Reports them through the gateway."""

    def __init__(self, gateway: Wires, token: str, first_application: str) -> None:
        self._gateway = gateway
        self._token = token
        self._first = first_application

    async def sign(self, count: int) -> None:
        """Have so many contracts come into force."""
        applications = [f"{self._first}-{begin:06}" for begin in range(0, count, AT_ONCE)]
        for begin, number in zip(range(0, count, AT_ONCE), applications, strict=True):
            contracts = [_contract(one) for one in range(begin, min(count, begin + AT_ONCE))]
            form = {"firstApplicationNumber": self._first, "orderType": "NEW", "contracts": contracts}
            await self._post(APPLICATIONS, {"applicationNumber": number, **form})
        await self._rows(PROGRESS, [{"applicationNumber": one, "orderStatus": DONE} for one in applications])
        await self._rows(STATUSES, [_status(one) for one in range(count)])

    async def _rows(self, path: str, rows: list[dict[str, Any]]) -> None:
        for begin in range(0, len(rows), ROWS):
            await self._post(path, {"rows": rows[begin : begin + ROWS]})

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": str(uuid4())}
        answer = await self._gateway.ask(self._gateway.request("POST", path, body, headers))
        if answer.status >= 300:
            raise ConnectionError(f"{path}: {answer.status} {answer.body[:200]!r}")


def _contract(number: int) -> dict[str, Any]:
    place = PLACES[number % len(PLACES)]
    return {
        "contractNumber": _number(number),
        "serviceName": "smart-pbx" if number % 5 else "flexible-ethernet",
        "distinguishName": f"{place} {number:04}",
        "site": f"{place}営業所",
        "extensionIds": [str(1000 + number)],
        "externalNumbers": [f"050-{number // 10_000 + 2000:04}-{number % 10_000:04}"],
        "options": [],
    }


def _status(number: int) -> dict[str, Any]:
    return {"contractNumber": _number(number), "serviceStatus": "NORMAL" if number % RARE else "ABNORMAL"}


def _number(number: int) -> str:
    return f"N8{number:08}"
