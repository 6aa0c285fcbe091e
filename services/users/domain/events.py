"""What can happen to users. Next stop: user.py, which decides it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from kernel.domain.event import Personal, event


class Language(StrEnum):
    """A language of mails and screens."""

    JA = "ja"
    EN = "en"


class SecondFactor(StrEnum):
    """How somebody proves a second time that it is them."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"


class Role(StrEnum):
    """What somebody may do (ポータル管理者, 一般ユーザー)."""

    PORTAL_ADMIN = "PORTAL_ADMIN"
    GENERAL_USER = "GENERAL_USER"


class Origin(StrEnum):
    """How somebody came to be a user."""

    APPLICATION_FORM = "APPLICATION_FORM"
    ADMINISTRATOR = "ADMINISTRATOR"


class RefusalReason(StrEnum):
    """Why somebody could not be registered."""

    EMAIL_TAKEN = "EMAIL_TAKEN"


@event("user.registered")
class UserRegistered:
    """A person may use the portal, once they have set it up; texts as they were written."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]
    name: Annotated[str, Personal("user_id")]
    title: Annotated[str | None, Personal("user_id")] = None
    phone_number: Annotated[str, Personal("user_id")]
    mobile_phone_number: Annotated[str | None, Personal("user_id")] = None
    mail_language: Language
    timezone: str
    """An IANA name."""
    second_factor: SecondFactor
    role: Role
    origin: Origin
    at: datetime


@event("user.registration-refused")
class RegistrationRefused:
    """A person who was to become a user could not."""

    user_id: UUID
    reason: RefusalReason
    at: datetime


@event("user.language-chosen")
class LanguageChosen:
    """A person chose the language of their screens."""

    user_id: UUID
    screen_language: Language
    at: datetime


UserEvent: TypeAlias = UserRegistered | RegistrationRefused | LanguageChosen

EVENTS = (UserRegistered, RegistrationRefused, LanguageChosen)
