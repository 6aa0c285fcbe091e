"""What a tenant's administrators decide for all: timeouts, networks, factors. Next stop: clients/users.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.directory import TenantSettings
from gateway.application.effects import Effects
from gateway.application.people_ports import Directory
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettingsJourney:
    """Shows and changes the settings. Raises, everywhere: Denied for who is no administrator; Unavailable."""

    directory: Directory
    effects: Effects

    async def show(self, viewer: Viewer, asked: Asked) -> TenantSettings:
        """Return the settings."""
        policy.demand(viewer, Operation.TENANT_SETTINGS)
        return await self.directory.settings(viewer.session, asked)

    async def change(
        self, viewer: Viewer, token: str, fields: Mapping[str, Any], asked: Asked, *, if_match: str | None = None
    ) -> TenantSettings:
        """Say what the settings are, all of them; they hold for every session before this returns.

        Raises: Invalid; PreconditionFailed; Refused `network-excludes-you` when the caller would be shut out.
        """
        policy.demand(viewer, Operation.CHANGE_TENANT_SETTINGS)
        # The address is ours to say: one that the caller sends could talk the guard into shutting them out.
        whole = {**fields, "callerAddress": asked.client_ip}
        done = await self.directory.change_settings(viewer.session, whole, if_match, asked)
        await self.effects.hold(token, done.positions)
        return await self.directory.settings(viewer.session, asked)
