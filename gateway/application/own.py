"""What a person does about themselves: language of mails, zone, password, sessions. Next stop: clients/identity.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.credentials import LoginPage, NotOf, OwnSession
from gateway.application.effects import Effects
from gateway.application.people_ports import Credentials, Directory
from gateway.application.policy import Operation
from gateway.application.ports import Limits
from gateway.application.viewer import Viewer

SHOWN = 20
"""How many logins a part of the list holds unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnJourney:
    """The caller's own settings; nothing here takes the id of a person. Raises, everywhere: Unavailable."""

    directory: Directory
    credentials: Credentials
    limits: Limits
    effects: Effects

    async def change(self, viewer: Viewer, token: str, fields: Mapping[str, Any], asked: Asked) -> None:
        """Change `mailLanguage` and `timezone`, those that are named. Raises: Invalid."""
        policy.demand(viewer, Operation.CHANGE_ME)
        done = await self.directory.change_self(viewer.session, fields, asked)
        await self.effects.show(token, done.positions)

    async def change_password(
        self, viewer: Viewer, token: str, current: str, new: str, *, end_others: bool, asked: Asked
    ) -> None:
        """Change the password; the current one is the proof.

        Raises: Denied `current-password-wrong`; Invalid `password-refused`; TooManyTries.
        """
        policy.demand(viewer, Operation.CHANGE_PASSWORD)
        await self.limits.count("login", asked.client_ip)
        done = await self.credentials.change_password(
            viewer.session, current, new, not_of=NotOf(viewer.email, viewer.name), end_others=end_others, asked=asked
        )
        await self.effects.hold(token, done.positions)

    async def sessions(self, viewer: Viewer, asked: Asked) -> Sequence[OwnSession]:
        """Return the caller's sessions, newest first."""
        policy.demand(viewer, Operation.OWN_SESSIONS)
        return await self.credentials.sessions(viewer.session, asked)

    async def end_session(self, viewer: Viewer, token: str, session_id: UUID, asked: Asked) -> None:
        """End one of the caller's sessions. Raises: NotFound, also when it is somebody else's."""
        policy.demand(viewer, Operation.END_OWN_SESSION)
        done = await self.credentials.end_one(viewer.session, session_id, asked)
        await self.effects.hold(token, done.positions)

    async def end_other_sessions(self, viewer: Viewer, token: str, asked: Asked) -> None:
        """End all of the caller's sessions but this one."""
        policy.demand(viewer, Operation.END_OTHER_SESSIONS)
        done = await self.credentials.end_others(viewer.session, asked)
        await self.effects.hold(token, done.positions)

    async def logins(self, viewer: Viewer, asked: Asked, *, limit: int = SHOWN, cursor: str | None = None) -> LoginPage:
        """Return the caller's logins, newest first, the refused too. Raises: Invalid `cursor-unreadable`."""
        policy.demand(viewer, Operation.OWN_LOGINS)
        return await self.credentials.logins(viewer.session, limit, cursor, asked)

    async def issue_recovery_codes(self, viewer: Viewer, code: str, asked: Asked) -> Sequence[str]:
        """Return ten new recovery codes, shown this once; *code* is one of the second factor.

        Raises: Denied `code-wrong`; TooManyTries; Locked; Refused `recovery-needs-totp`, `recovery-codes-shown`.
        """
        policy.demand(viewer, Operation.ISSUE_RECOVERY_CODES)
        await self.limits.count("code", asked.client_ip)
        return await self.credentials.issue_recovery_codes(viewer.session, code, asked)
