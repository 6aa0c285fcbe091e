"""People, groups and settings as the users service tells of them, and the ids that they go by."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.access import Action
from gateway.application.directory import (
    Group,
    GroupName,
    LinkState,
    Permission,
    Person,
    Registration,
    Status,
    TenantSettings,
)
from gateway.application.steps import Method
from gateway.application.viewer import Origin, Role
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import GROUP, NOW, USER

COLLEAGUE = UUID("019abcde-0000-7000-8000-000000000012")
STRANGER = UUID("019abcde-0000-7000-8000-000000000013")
"""A person of the other tenant."""
OTHER_GROUP = UUID("019abcde-0000-7000-8000-000000000043")
"""A group of the other tenant."""
NEW = UUID("019abcde-0000-7000-8000-000000000099")
OTHER_SESSION = UUID("019abcde-0000-7000-8000-000000000022")
NAMELESS = {"pointer": "/name", "code": "missing", "detail": "Field required"}
POSITION = LogPosition(service="users", epoch=1, partition=4, position=11)
ALL = Permission(service_name="*", actions=tuple(Action))


def somebody(user_id: UUID = COLLEAGUE, name: str = "鈴木 一郎", **changes: Any) -> Person:
    """Return a colleague as the users service tells of them."""
    row = Person(
        user_id=user_id,
        name=name,
        email="ichiro.suzuki@example.co.jp",
        title="課長",
        role=Role.GENERAL_USER,
        phone_number="03-1234-5679",
        status=Status.ACTIVE,
        second_factor="TOTP",
        groups=(GroupName(group_id=GROUP, name="営業部"),),
        last_login_at=NOW,
        mail_language="ja",
        timezone="Asia/Tokyo",
        version=2,
    )
    return replace(row, **changes)


def some_registration(person: Person, **changes: Any) -> Registration:
    """Return how a person was registered, as the users service tells of it."""
    row = Registration(
        user_id=person.user_id,
        name=person.name,
        email=person.email,
        role=person.role,
        origin=Origin.ADMINISTRATOR,
        registered_at=NOW,
        by=f"user:{USER}",
        by_name="佐藤 花子",
        state=LinkState.WAITING if person.status is Status.PENDING_ACTIVATION else LinkState.ACTIVATED,
        link_sent_at=NOW,
        link_expires_at=NOW + timedelta(hours=72),
        activated_at=None if person.status is Status.PENDING_ACTIVATION else NOW,
    )
    return replace(row, **changes)


def some_group(group_id: UUID = GROUP, name: str = "営業部", **changes: Any) -> Group:
    """Return a group as the users service tells of it."""
    return replace(Group(group_id=group_id, name=name, members=1, version=1), **changes)


def some_settings() -> TenantSettings:
    """Return the settings of a tenant that changed nothing."""
    return TenantSettings(
        session_idle_minutes=30,
        session_absolute_hours=12,
        allowed_networks=(),
        trusted_browser=False,
        second_factors=(Method.TOTP, Method.MAIL_OTP),
        version=1,
    )
