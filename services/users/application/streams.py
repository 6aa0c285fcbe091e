"""The streams of which every tenant or person has one: their ids follow from theirs. Next stop: domain/."""

from uuid import UUID, uuid5


def administrators_stream(tenant_id: UUID) -> UUID:
    """Return the stream of a tenant's administrators."""
    return uuid5(tenant_id, "administrators")


def policy_stream(tenant_id: UUID) -> UUID:
    """Return the stream of a tenant's policy."""
    return uuid5(tenant_id, "policy")


def image_stream(tenant_id: UUID) -> UUID:
    """Return the stream of the picture that a tenant shows."""
    return uuid5(tenant_id, "image")


def operator_stream(user_id: UUID) -> UUID:
    """Return the stream that says whether a person operates the platform, and what they did."""
    return uuid5(user_id, "operator")


def all_permissions(tenant_id: UUID) -> UUID:
    """Return the stream, and so the id, of the group that permits everything."""
    return uuid5(tenant_id, "all-permissions")
