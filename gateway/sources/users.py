"""What the gateway reads of the users service; name and mail address stay sealed. Next: projections/person.py."""

from datetime import datetime
from uuid import UUID

from kernel.domain.reads import reads


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person may use the portal."""

    user_id: UUID
    name: str
    email: str
    mail_language: str
    timezone: str
    second_factor: str
    role: str
    origin: str
    at: datetime


@reads("portal.user.language-chosen.v1")
class LanguageChosen:
    """A person chose the language of their screens."""

    user_id: UUID
    screen_language: str
    at: datetime
