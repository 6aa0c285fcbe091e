"""What the gateway reads of identity's facts: who may still be here. Next stop: projections/credential.py."""

from datetime import datetime
from uuid import UUID

from kernel.domain.reads import reads


@reads("portal.credential.opened.v1")
class CredentialOpened:
    """A person got a credential, not yet usable."""

    user_id: UUID
    at: datetime


@reads("portal.credential.password-set.v1")
class PasswordSet:
    """A person set a password; sessions that are older end."""

    user_id: UUID
    at: datetime


@reads("portal.credential.activated.v1")
class CredentialActivated:
    """A credential became usable."""

    user_id: UUID
    at: datetime


@reads("portal.credential.locked.v1")
class CredentialLocked:
    """A credential was locked."""

    user_id: UUID
    at: datetime


@reads("portal.credential.unlocked.v1")
class CredentialUnlocked:
    """A credential is usable again."""

    user_id: UUID
    at: datetime


@reads("portal.credential.disabled.v1")
class CredentialDisabled:
    """A person may not be here."""

    user_id: UUID
    at: datetime


@reads("portal.credential.enabled.v1")
class CredentialEnabled:
    """A person may be here again."""

    user_id: UUID
    at: datetime


@reads("portal.credential.sessions-ended.v1")
class SessionsEnded:
    """All sessions of a person that started before are over, but for the one that is kept, if any."""

    user_id: UUID
    kept_session_id: UUID | None = None
    at: datetime


@reads("portal.session.started.v1")
class SessionStarted:
    """A person passed both steps of a login."""

    session_id: UUID
    user_id: UUID
    method: str
    at: datetime


@reads("portal.session.ended.v1")
class SessionEnded:
    """A session is over, for whatever reason."""

    session_id: UUID
    user_id: UUID
    at: datetime
