"""What identity does for people about their own second step. Next stop: clients/second_step.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import Done
from gateway.application.session import Session
from gateway.application.steps import Method, TotpSetup


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBrowser:
    """A browser that is spared the second step."""

    browser_id: UUID
    since: datetime
    used_at: datetime
    expires_at: datetime
    client_ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBrowsers:
    """A person's trusted browsers, the one used last first."""

    items: tuple[TrustedBrowser, ...] = ()
    allowed: bool = False
    """Whether the tenant lets browsers be trusted at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key of the person's own device."""

    passkey_id: UUID
    name: str
    synced: bool
    """Whether the device keeps copies of it elsewhere."""
    at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUp:
    """How far somebody has shown again, in this session, that it is them."""

    method: Method
    """What is asked for after the password."""
    passkeys: bool = False
    """Whether a passkey may be given in its place."""
    proven: bool
    expires_at: datetime
    tries_left: int


class SecondStep(Protocol):
    """Identity, asked by people about their own second step. Its refusals come through with their codes."""

    async def begin_step_up(self, session: Session, password: str, asked: Asked) -> StepUp:
        """Check the caller's password once more, and mail a code where that is the second factor."""
        ...

    async def step_up(self, session: Session, asked: Asked) -> StepUp:
        """Return how far it was shown."""
        ...

    async def prove_step_up(self, session: Session, code: str, asked: Asked) -> StepUp:
        """Check the caller's second factor once more."""
        ...

    async def authenticator(self, session: Session, email: str, language: str, asked: Asked) -> TotpSetup:
        """Return what another authenticator app needs."""
        ...

    async def confirm_authenticator(self, session: Session, code: str, asked: Asked, *, end_others: bool) -> Done:
        """Take the app into use, in the place of the second factor of before."""
        ...

    async def passkeys(self, session: Session, asked: Asked) -> Sequence[Passkey]:
        """Return the caller's passkeys, the oldest first."""
        ...

    async def new_passkey(self, session: Session, email: str, name: str, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to make a passkey."""
        ...

    async def add_passkey(self, session: Session, name: str, credential: Mapping[str, Any], asked: Asked) -> Done:
        """Take a passkey in that a browser made."""
        ...

    async def remove_passkey(self, session: Session, passkey_id: UUID, asked: Asked) -> Done:
        """Take one of the caller's passkeys away."""
        ...

    async def step_up_question(self, session: Session, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey show again that it is the caller."""
        ...

    async def step_up_by_passkey(self, session: Session, credential: Mapping[str, Any], asked: Asked) -> StepUp:
        """Check what the passkey signed."""
        ...

    async def trusted_browsers(self, session: Session, asked: Asked) -> TrustedBrowsers:
        """Return the caller's trusted browsers."""
        ...

    async def forget_browsers(self, session: Session, browser_id: UUID | None, asked: Asked) -> None:
        """Trust one of the caller's browsers no more, or none of them. Raises: NotFound for one that is not trusted."""
        ...
