"""What the routes work with: put there by main.py. Next stop: application/."""

from typing import Annotated, cast

from fastapi import Depends, Request

from kernel.adapters.http.commands import Asked, asked
from services.identity.application.activation import Activation
from services.identity.application.login import Login
from services.identity.application.reset import PasswordReset

LOGIN, FETCH = "login", "links:fetch"
"""What the gateway may do, and what the notifier may."""


async def _activation(request: Request) -> Activation:
    return cast("Activation", request.app.state.activation)


async def _login(request: Request) -> Login:
    return cast("Login", request.app.state.login)


async def _reset(request: Request) -> PasswordReset:
    return cast("PasswordReset", request.app.state.reset)


UseActivation = Annotated[Activation, Depends(_activation)]
UseLogin = Annotated[Login, Depends(_login)]
UseReset = Annotated[PasswordReset, Depends(_reset)]
ByGateway = Annotated[Asked, Depends(asked(LOGIN))]
ByNotifier = Annotated[Asked, Depends(asked(FETCH))]
