"""Who may see what: the one place where it is decided. Next stop: dashboard.py."""

from gateway.application.viewer import Origin, Role, Viewer


def sees_contracts(viewer: Viewer) -> bool:
    """Return whether *viewer* may see the contracts and applications of their tenant.

    Being an administrator gives no contract: only the administrator named in the application form, who stands for the
    company there, sees all of them. Everybody else sees those that a group gives them, and there are no groups yet.
    """
    return viewer.role is Role.PORTAL_ADMIN and viewer.origin is Origin.APPLICATION_FORM
