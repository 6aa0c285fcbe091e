"""What the journeys of people, groups and settings need of the services. Next stop: clients/users.py, identity.py."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.credentials import (
    CompanyLoginPage,
    CredentialState,
    LoginPage,
    LoginsWanted,
    NotOf,
    OwnSession,
)
from gateway.application.directory import (
    CompanyImage,
    Done,
    Group,
    GroupName,
    GroupPage,
    HistoryOf,
    HistoryPage,
    LinkState,
    PeoplePage,
    PeopleWanted,
    Person,
    RegistrationPage,
    TenantSettings,
)
from gateway.application.session import Session


class Directory(Protocol):
    """The users service, asked in the name of the session's person and for their tenant alone.

    Fields go as they stand in the public API. What it refuses comes through with its code.
    """

    async def people(
        self, session: Session, wanted: PeopleWanted, limit: int, cursor: str | None, asked: Asked
    ) -> PeoplePage:
        """Return a part of the list of people."""
        ...

    async def person(self, session: Session, user_id: UUID, asked: Asked) -> Person:
        """Return one person."""
        ...

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed, newest first."""
        ...

    async def registrations(
        self, session: Session, state: LinkState | None, limit: int, cursor: str | None, asked: Asked
    ) -> RegistrationPage:
        """Return who was registered, newest first."""
        ...

    async def add_person(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        """Register a person; the answer's body names their `userId`."""
        ...

    async def import_people(
        self, session: Session, rows: Sequence[Mapping[str, Any]], asked: Asked, *, invited: bool, dry_run: bool = False
    ) -> Done:
        """Register many people; the answer's `rows` name the `userId` of each, or why it was refused."""
        ...

    async def change_person(
        self, session: Session, user_id: UUID, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        """Change the fields that are named."""
        ...

    async def change_self(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        """Change what a person may change of themselves."""
        ...

    async def suspend(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Shut a person out for the time being."""
        ...

    async def reinstate(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Let a suspended person in again."""
        ...

    async def delete_person(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Remove a person for good."""
        ...

    async def groups(self, session: Session, limit: int, cursor: str | None, asked: Asked) -> GroupPage:
        """Return a part of the list of groups."""
        ...

    async def group_names(self, session: Session, asked: Asked) -> Sequence[GroupName]:
        """Return what all groups are called, the built-in one first."""
        ...

    async def group(self, session: Session, group_id: UUID, asked: Asked) -> Group:
        """Return one group."""
        ...

    async def add_group(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        """Make a group; the answer's body names its `groupId`."""
        ...

    async def change_group(
        self, session: Session, group_id: UUID, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        """Change a group's name or description."""
        ...

    async def delete_group(self, session: Session, group_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Remove a group; its members lose what it permitted."""
        ...

    async def permit(
        self,
        session: Session,
        group_id: UUID,
        permissions: Sequence[Mapping[str, Any]],
        if_match: str | None,
        asked: Asked,
    ) -> Done:
        """Say what members may do, all of it."""
        ...

    async def add_members(self, session: Session, group_id: UUID, user_ids: Sequence[UUID], asked: Asked) -> Done:
        """Put people into a group."""
        ...

    async def remove_member(self, session: Session, group_id: UUID, user_id: UUID, asked: Asked) -> Done:
        """Take a person out of a group."""
        ...

    async def settings(self, session: Session, asked: Asked) -> TenantSettings:
        """Return the tenant's settings."""
        ...

    async def change_settings(
        self, session: Session, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        """Say what the settings are, all of them."""
        ...

    async def image(self, session: Session, asked: Asked) -> CompanyImage:
        """Return the picture that the tenant shows. Raises: NotFound where it shows none."""
        ...

    async def change_image(self, session: Session, content: bytes, if_match: str | None, asked: Asked) -> Done:
        """Show a picture from now on, whatever kind it is said to be."""
        ...

    async def remove_image(self, session: Session, if_match: str | None, asked: Asked) -> Done:
        """Show none any more."""
        ...


class Credentials(Protocol):
    """Identity, asked by an administrator about a person, or by a person about themselves."""

    async def credential(self, session: Session, user_id: UUID, asked: Asked) -> CredentialState:
        """Return how a person's way in stands."""
        ...

    async def unlock(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        """Let a locked person try again."""
        ...

    async def resend_activation(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        """Mail a new activation link; the one before is dead."""
        ...

    async def reset_second_factor(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        """Have a person prove who they are and set the second factor anew."""
        ...

    async def change_password(
        self, session: Session, current: str, new: str, *, not_of: NotOf, end_others: bool, asked: Asked
    ) -> Done:
        """Change the caller's password."""
        ...

    async def sessions(self, session: Session, asked: Asked) -> Sequence[OwnSession]:
        """Return the caller's sessions, newest first."""
        ...

    async def end_one(self, session: Session, session_id: UUID, asked: Asked) -> Done:
        """End one of the caller's sessions."""
        ...

    async def end_others(self, session: Session, asked: Asked) -> Done:
        """End all of the caller's sessions but the one that asks."""
        ...

    async def logins(self, session: Session, limit: int, cursor: str | None, asked: Asked) -> LoginPage:
        """Return the caller's logins, newest first."""
        ...

    async def logins_of(
        self, session: Session, user_id: UUID, limit: int, cursor: str | None, asked: Asked
    ) -> LoginPage:
        """Return a person's logins, newest first, as an administrator may see them."""
        ...

    async def company_logins(
        self, session: Session, wanted: LoginsWanted, limit: int, cursor: str | None, asked: Asked
    ) -> CompanyLoginPage:
        """Return logins of everybody of the company, newest first, without names."""
        ...

    async def issue_recovery_codes(self, session: Session, code: str, asked: Asked) -> Sequence[str]:
        """Return ten new recovery codes, shown this once; *code* is one of the second factor."""
        ...
