"""Somebody who can log in, and how they do it. Next stop: crowd.py."""

import time
from dataclasses import dataclass

import pyotp

from bench.load.wire import Answer, Wires

STEP_SECONDS = 30
"""See: RFC 6238, section 5.2: a code is good once."""
LOGIN_COOKIE = "__Host-portal-login"
SESSION_COOKIE = "__Host-portal-session"


class LoginRefused(Exception):
    """The portal did not let somebody in; says at which step and why."""


@dataclass(slots=True, kw_only=True)
class Person:
    """A company's first administrator, activated."""

    email: str
    password: str
    secret: str
    """What their authenticator app holds."""
    contract_ids: tuple[str, ...]
    used_step: int = 0
    """The time step of the last code that was used."""

    async def log_in(self, gateway: Wires) -> str:
        """Log in with both factors as a browser does; return the session's cookie. Raises: LoginRefused, OSError."""
        began = await gateway.ask(
            gateway.request("POST", "/api/v1/login", {"userId": self.email, "password": self.password})
        )
        _require(began, "password")
        cookie = {"Cookie": f"{LOGIN_COOKIE}={began.cookie(LOGIN_COOKIE)}"}
        self.used_step = current_step()
        code = pyotp.TOTP(self.secret).generate_otp(self.used_step)
        passed = await gateway.ask(gateway.request("POST", "/api/v1/login/code", {"code": code}, cookie))
        _require(passed, "code")
        return f"{SESSION_COOKIE}={passed.cookie(SESSION_COOKIE)}"


def current_step() -> int:
    """Return the time step of now."""
    return int(time.time()) // STEP_SECONDS


def _require(answer: Answer, step: str) -> None:
    if answer.status == 200:
        return
    try:
        code = answer.json().get("code", "")
    except ValueError:
        code = ""
    raise LoginRefused(f"{step}: {answer.status} {code}")
