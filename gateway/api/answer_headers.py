"""Says in the description which headers an answer carries. Next stop: openapi.py."""

from collections.abc import Iterator, Mapping
from typing import Any

TAGGED = frozenset(
    {
        "contract",
        "user",
        "changeUser",
        "group",
        "changeGroup",
        "permitGroup",
        "addMembers",
        "tenantSettings",
        "changeTenantSettings",
        "tenantImage",
        "ownNotifications",
        "changeOwnNotifications",
        "userNotifications",
        "changeUserNotifications",
    }
)
"""What answers with one thing at a version."""

PLACED = frozenset(
    {
        "receiveApplication",
        "changeContract",
        "changeServiceStatus",
        "terminateContract",
        "placeApplication",
        "reportApplication",
        "reportServiceStatus",
        "reportIncident",
        "updateIncident",
        "announceMaintenance",
        "rescheduleMaintenance",
        "cancelMaintenance",
        "completeMaintenance",
    }
)
"""What tells a system of the operator how far to read to see what it did."""

FRESH = frozenset(
    {
        "whoAmI",
        "dashboard",
        "contracts",
        "contract",
        "contractChanges",
        "availability",
        "serviceAvailability",
        "applications",
        "application",
        "incidents",
        "incident",
        "maintenances",
        "maintenance",
    }
)
"""What waits for the caller's own writes."""

MADE = frozenset({"addUser", "addGroup"})
"""What makes a thing with an address of its own."""

FILES = frozenset(
    {
        "exportUsers",
        "exportUserHistory",
        "exportGroupHistory",
        "exportTenantSettingsHistory",
        "exportContractHistory",
        "exportLogins",
    }
)
"""What is kept as a file."""

HEADERS: Mapping[str, tuple[str, bool, Mapping[str, Any]]] = {
    "ETag": ("The version, quoted; goes into `If-Match` of a change.", True, {"pattern": '^"[0-9]+"$'}),
    "Location": ("Where what was made is.", True, {"format": "uri-reference"}),
    "X-Log-Position": ("How far to read to see it.", False, {}),
    "X-Stale": ("`true`: may be older than the caller's own writes.", False, {"enum": ["true"]}),
    "Retry-After": ("Seconds to wait before the next try.", True, {"pattern": "^[0-9]+$"}),
    "Content-Disposition": ("The name to keep the file under.", True, {}),
    "Content-Language": ("The language of the headings.", True, {"enum": ["ja", "en"]}),
    "WWW-Authenticate": ("How to prove who calls, where a token is the proof. See: RFC 6750, section 3.", False, {}),
}
"""Each header: what it says, whether it is always there, and how it looks."""


def name_headers(document: Mapping[str, Any]) -> None:
    """Add to each answer of each operation the headers it carries."""
    document["components"]["headers"] = {
        name: {"description": says, "required": always, "schema": {"type": "string", **looks}}
        for name, (says, always, looks) in HEADERS.items()
    }
    for verbs in document["paths"].values():
        for operation in verbs.values():
            for status, answer in operation["responses"].items():
                if names := [*_of_refusals(status), *_of_successes(operation["operationId"], status)]:
                    answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _of_refusals(status: str) -> Iterator[str]:
    if status in {"429", "503"}:
        yield "Retry-After"
    elif status == "401":
        yield "WWW-Authenticate"


def _of_successes(name: str, status: str) -> Iterator[str]:
    if not status.startswith("2"):
        return
    if name in TAGGED:
        yield "ETag"
    if status == "201" and name in MADE:
        yield "Location"
    if name in PLACED:
        yield "X-Log-Position"
    if name in FRESH:
        yield "X-Stale"
    if name in FILES:
        yield from ("Content-Disposition", "Content-Language")
