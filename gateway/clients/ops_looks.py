"""How the ops console asks a process something: not for long. Next stop: kernel/adapters/http/ops.py."""

from collections.abc import Mapping
from typing import Any

from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import READ
from kernel.domain.context import Context

LOOK = (READ,)

LOOK_SECONDS = 3.0
"""A process that hangs must take no look at the others away; one that is well answers in time without its servers."""


async def look(http: ServiceClient, path: str, by: Context) -> Mapping[str, Any]:
    """Return what a process answers. Raises: as ServiceClient.get()."""
    return (await http.get(path, LOOK, by, within=LOOK_SECONDS)).body
