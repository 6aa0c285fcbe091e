"""Health and metrics on the management port, as bare ASGI: it must answer when little else does."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Receive, Scope, Send

Check = Callable[[], Awaitable[bool]]
"""Tells whether something that the process needs is there."""

CHECK_SECONDS = 1.0
JSON = "application/json"

log = structlog.get_logger(__name__)


class Management:
    """Answers /health/started, /health/live, /health/ready and /metrics.

    Live depends on nothing: a process whose database is down must not be killed for it. Ready does.
    """

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._failed: frozenset[str] = frozenset()
        self.started = False
        self._drains = False

    def drain(self) -> None:
        """Be ready for nothing more."""
        self._drains = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        _ = receive
        status, kind, body = await self._answer(scope["method"], scope["path"])
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, method: str, path: str) -> tuple[int, str, bytes]:
        if method not in ("GET", "HEAD"):
            return 405, JSON, b'{"status": "METHOD_NOT_ALLOWED"}'
        match path:
            case "/metrics":
                # Thousands of lines take longer than a request may wait.
                return 200, CONTENT_TYPE_LATEST, await asyncio.to_thread(generate_latest)
            case "/health/live":
                return _health({})
            case "/health/started":
                return _health({"started": self.started})
            case "/health/ready":
                return _health(await self._ready())
        return 404, JSON, b'{"status": "NOT_FOUND"}'

    async def _ready(self) -> dict[str, bool]:
        found = {"started": self.started, "not draining": not self._drains}
        results = await asyncio.gather(*(self._check(name, check) for name, check in self._checks.items()))
        found |= dict(zip(self._checks, results, strict=True))
        failed = frozenset(name for name, holds in found.items() if not holds)
        if failed != self._failed:
            log.warning("process.readiness", missing=sorted(failed))
            self._failed = failed
        return found

    async def _check(self, name: str, check: Check) -> bool:
        try:
            return await asyncio.wait_for(check(), CHECK_SECONDS)
        except Exception as failure:  # noqa: BLE001 - whatever a check meets, the answer is no
            if name not in self._failed:
                log.warning("process.check_failed", check=name, error=repr(failure))
            return False


def _health(checks: Mapping[str, bool]) -> tuple[int, str, bytes]:
    healthy = all(checks.values())
    members = {
        "status": _word(healthy),
        "checks": [{"name": name, "status": _word(holds)} for name, holds in checks.items()],
    }
    return 200 if healthy else 503, JSON, json.dumps(members).encode()


def _word(holds: bool) -> str:
    return "UP" if holds else "DOWN"
