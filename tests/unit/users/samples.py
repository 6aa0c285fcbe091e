"""A person, before and after they became a user."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from uuid import UUID

from services.users.domain.commands import Registration
from services.users.domain.events import (
    Language,
    Origin,
    RefusalReason,
    RegistrationRefused,
    Role,
    SecondFactor,
    UserRegistered,
)

AT = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
USER, TENANT, OTHER = (UUID(int=number) for number in range(1, 4))

REGISTRATION = Registration(
    user_id=USER,
    email="hanako.sato@example.co.jp",
    name="佐藤 花子",
    phone_number="03-1234-5678",
    mail_language=Language.JA,
    timezone="Asia/Tokyo",
    second_factor=SecondFactor.TOTP,
    role=Role.PORTAL_ADMIN,
    origin=Origin.APPLICATION_FORM,
)
REGISTERED = UserRegistered(**asdict(REGISTRATION), at=AT)
REFUSED = RegistrationRefused(user_id=USER, reason=RefusalReason.EMAIL_TAKEN, at=AT)


def person(user_id: UUID, email: str) -> Registration:
    """Return somebody else."""
    return replace(REGISTRATION, user_id=user_id, email=email)
