"""An operator's session at the running portal, kept for the commands of the ops console. Next stop: ops.py."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from deploy.passwords import write_private
from kernel.adapters.clock import new_id

API = "/api/v1"
FILE = "ops-session"
SECONDS = 40
"""The portal waits for a service, and may ask two one after the other: it is to say who did not answer, not we."""
SILENCE = 60
"""Seconds without a word, not even that the stream is alive, after which it is taken for dead."""

_BROKEN_OFF = "the answer broke off"


class Refusal(Exception):
    """The portal said no; the text says why."""


class OpsSession:
    """Calls the public API as a person; the cookie lies in a file that nobody else may read."""

    def __init__(self, url: str, state: Path) -> None:
        self._url = url
        self._file = state / FILE
        self._cookies: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def log_in(self, email: str, password: str, code: str) -> None:
        """Log in with both steps. Raises: Refusal; OSError."""
        self._cookies = {}
        self.call("POST", "/login", {"userId": email, "password": password})
        self.call("POST", "/login/code", {"code": code})
        write_private(self._file, json.dumps(self._cookies).encode())

    def log_out(self) -> None:
        """End the session, there and here. Raises: OSError."""
        # One that is over already need not be ended.
        with suppress(Refusal):
            self.act("DELETE", "/session", None)
        self._file.unlink(missing_ok=True)

    def act(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """Call something that changes something. Raises: Refusal; OSError."""
        token = self.call("GET", "/session")["csrfToken"]
        return self.call(method, path, body, {"X-CSRF-Token": token})

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Return what the API answers. Raises: Refusal; OSError."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        said = {"Content-Type": "application/json", "Idempotency-Key": str(new_id()), "Accept-Language": "en"}
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self._url}{API}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**said, **(headers or {}), **({"Cookie": cookie} if cookie else {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - our own address
                self._keep(answer.headers.get_all("Set-Cookie") or [])
                content = answer.read()
        except urllib.error.HTTPError as refused:
            raise Refusal(_why(refused.read(), refused.code)) from refused
        except HTTPException as cut:
            raise OSError(_BROKEN_OFF) from cut
        return json.loads(content) if content else {}

    def listen(self, path: str) -> Iterator[tuple[str, Any]]:
        """Yield what the API tells as it happens, by name, until it ends. Raises: Refusal; OSError."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Accept": "text/event-stream", "Accept-Language": "en", "Cookie": cookie}
        request = urllib.request.Request(f"{self._url}{API}{path}", headers=headers)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=SILENCE) as answer:  # noqa: S310 - our own address
                yield from _told(answer)
        except urllib.error.HTTPError as refused:
            raise Refusal(_why(refused.read(), refused.code)) from refused
        except HTTPException as cut:
            raise OSError(_BROKEN_OFF) from cut

    def _keep(self, headers: list[str]) -> None:
        for header in headers:
            for name, morsel in SimpleCookie(header).items():
                self._cookies.pop(name, None)
                if morsel.value:
                    self._cookies[name] = morsel.value


def _told(lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    """Yield the events of a stream. See: HTML, section 9.2, Server-sent events."""
    name, data = "", ""
    for line in lines:
        field, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data += value
        elif not field and not value and data:
            yield name, json.loads(data)
            name, data = "", ""


def _why(body: bytes, status: int) -> str:
    try:
        problem = json.loads(body)
    except ValueError:
        return f"The portal answered {status}"
    named = "".join(f"\n  {one['pointer']}: {one['detail']}" for one in problem.get("errors") or ())
    return f"{problem.get('detail') or problem.get('title') or status} ({problem.get('code', status)}){named}"
