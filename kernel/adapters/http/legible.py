"""Turns away an address that no service can look for. Next stop: entrance.py, which stands before it."""

from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.adapters.http.problems import answer
from kernel.domain.errors import Invalid

NUL = "\0"
LONGEST_NAME = 50
"""Characters of a parameter's name that are said back."""


class Legible:
    """Refuses a query that holds a NUL: no text of ours holds one, and PostgreSQL takes it for a fault of the call.

    Bodies say what they may hold themselves; what a query may hold is said nowhere else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on whose query can be read."""
        if scope["type"] == "http" and b"%00" in scope["query_string"]:
            named = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            if holding := dict.fromkeys(name for name, value in named if NUL in name + value):
                await answer(_refused(*holding))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refused(*names: str) -> Invalid:
    detail = "Must not hold control characters"
    return Invalid(
        errors=[
            {"pointer": f"/{name.replace(NUL, '')[:LONGEST_NAME]}", "code": "control-character", "detail": detail}
            for name in names
        ]
    )
