"""What the journeys of a login and an activation need of identity. Next stop: clients/identity.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.application.asked import Asked
from gateway.application.session import LeftAlone, Session
from gateway.application.steps import ActivationState, LoginPassed, Method, PendingLogin, TotpSetup
from kernel.domain.recorded import LogPosition


@dataclass(frozen=True, slots=True)
class WhoIAm:
    """What a person says of themselves to be recognised."""

    email: str
    name: str
    contact_phone_number: str


class Identity(Protocol):
    """The commands of the identity service; its refusals come through with their codes."""

    async def activation_state(self, token: str, asked: Asked) -> ActivationState:
        """Return where the holder of a mailed link stands; uses nothing up."""
        ...

    async def confirm(self, token: str, who: WhoIAm, asked: Asked) -> ActivationState:
        """Compare what the person says of themselves with the registration."""
        ...

    async def set_password(self, token: str, password: str, asked: Asked) -> ActivationState:
        """Set the password of the link's person."""
        ...

    async def choose_factor(self, token: str, second_factor: Method, asked: Asked) -> ActivationState:
        """Have the second proof given as the link's person wants it."""
        ...

    async def totp_setup(self, token: str, asked: Asked) -> TotpSetup:
        """Return what the authenticator app needs; the same until a code confirms it."""
        ...

    async def confirm_totp(self, token: str, code: str, asked: Asked) -> ActivationState:
        """Take the app into use by its first code."""
        ...

    async def ask_for_reset(self, who: WhoIAm, asked: Asked) -> None:
        """Ask for a new link; says nothing about whether there is such a person."""
        ...

    async def begin_login(
        self, email: str, password: str, asked: Asked, trusted: str | None = None
    ) -> PendingLogin | LoginPassed:
        """Check the first proof; a browser that holds *trusted* may need no second one."""
        ...

    async def login_state(self, login: str, asked: Asked) -> PendingLogin:
        """Return where a login stands."""
        ...

    async def resend_code(self, login: str, asked: Asked) -> None:
        """Mail another code; the one before is dead."""
        ...

    async def finish_login(self, login: str, code: str, asked: Asked, *, trust: bool = False) -> LoginPassed:
        """Check the second proof; with *trust* the browser is spared it for some days, where the tenant wants that."""
        ...

    async def passkey_question(self, login: str, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey give the second proof."""
        ...

    async def finish_by_passkey(
        self, login: str, credential: Mapping[str, Any], asked: Asked, *, trust: bool = False
    ) -> LoginPassed:
        """Check the second proof by a passkey."""
        ...

    async def end_session(self, session: Session, reason: str, asked: Asked) -> LogPosition | None:
        """Record that a session is over."""
        ...

    async def expire_session(self, session: LeftAlone, asked: Asked) -> None:
        """Record that nobody used a session for too long; one that had ended before stays as it was."""
        ...
