"""The version that a change starts from, as a call names it. Next stop: application/execute.py, which compares it."""

import re
from typing import Annotated

from fastapi import Depends, Request

from kernel.domain.errors import PreconditionFailed

_ETAG = re.compile(r'(?:W/)?"?(\d{1,10})"?')


async def expected(request: Request) -> int | None:
    """Return the version that If-Match names; None where any will do. Raises: PreconditionFailed for no version."""
    said = request.headers.get("if-match")
    if said is None or said.strip() == "*":
        return None
    version = _ETAG.fullmatch(said.strip())
    if version is None:
        raise PreconditionFailed
    return int(version[1])


Expected = Annotated[int | None, Depends(expected)]
