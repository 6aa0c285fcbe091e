"""The table of what a group permits: a row for each service or contract, a tick for each action. Next: group.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.application.access import EVERY, Action
from gateway.application.directory import Group
from gateway.application.permittable import ids_in
from gateway.application.viewer import Viewer
from gateway.web.frame import Frame
from gateway.web.groups import service_words
from gateway.web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table of permissions."""

    key: str
    """`service:contract id`, the latter empty for every contract of the service."""
    words: str
    contract: str = ""
    """The contract's number."""


def granted(row: Group) -> list[str]:
    """Return the ticks of a group, each as `service:contract id:action`."""
    return [f"{one.service_name}:{one.contract_id or ''}:{action}" for one in row.permissions for action in one.actions]


def permissions(ticks: Sequence[str]) -> list[dict[str, Any]]:
    """Return the ticks of the table as the API has them: one entry for each row that has any."""
    rows: dict[str, list[str]] = {}
    for tick in ticks:
        key, _, action = tick.rpartition(":")
        if action in tuple(Action):
            rows.setdefault(key, []).append(action)
    parts = [(key.partition(":"), actions) for key, actions in rows.items()]
    return [
        {"serviceName": service, "contractId": contract or None, "actions": actions}
        for (service, _, contract), actions in parts
    ]


async def lines_of(here: Frame, viewer: Viewer, row: Group, more: Sequence[str]) -> list[Line]:
    """Return the rows: every service, each service, then the contracts that have a row of their own."""
    words, permittables = here.words, here.use.permittables
    services = {*await permittables.services(viewer), *(one.service_name for one in row.permissions)} - {EVERY}
    lines = [Line(key=f"{name}:", words=service_words(words, name)) for name in (EVERY, *sorted(services))]
    own = [f"{one.service_name}:{one.contract_id}" for one in row.permissions if one.contract_id]
    keys = dict.fromkeys([*own, *more])
    found = (await permittables.those(viewer, ids_in(keys))).values()
    known = {f"{one.service_name}:{one.contract_id}": one for one in found}
    for key in keys:
        if key in known:
            one = known[key]
            lines.append(Line(key=key, words=service_words(words, one.service_name), contract=one.contract_number))
    return lines


def read(words: Words, ticks: Sequence[str], lines: Sequence[Line]) -> str:
    """Return ticks of the table as people read them."""
    said = [
        f"{' '.join(filter(None, (line.words, line.contract)))}: {', '.join(actions)}"
        for line in lines
        if (actions := [words(f"group.action.{one}") for one in Action if f"{line.key}:{one}" in ticks])
    ]
    return "; ".join(said)
