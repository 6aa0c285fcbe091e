"""Who may do what: the one table, read for every call. What is not in it nobody may. Next stop: access.py, contracts.

A role says what a person may administer; which contracts they see is another matter, see access.py.
"""

from collections.abc import Mapping
from enum import StrEnum

from gateway.application.viewer import Role, Viewer
from kernel.domain.errors import Denied


class Who(StrEnum):
    """Everybody who may come to the public API."""

    ANYBODY = "ANYBODY"
    """Whoever calls, with a session or without."""
    GENERAL_USER = "GENERAL_USER"
    PORTAL_ADMIN = "PORTAL_ADMIN"
    OPERATOR = "OPERATOR"
    """A system of the operator, which holds a token and no session."""


class Operation(StrEnum):
    """Everything that the public API and the pages can be asked for, by the operation id of the description."""

    HEALTH = "health"
    TOKEN = "token"  # noqa: S105 - the name of an operation
    BEGIN_LOGIN = "beginLogin"
    RESEND_CODE = "resendCode"
    FINISH_LOGIN = "finishLogin"
    ACTIVATION_STATE = "activationState"
    CONFIRM_IDENTITY = "confirmIdentity"
    SET_PASSWORD = "setPassword"  # noqa: S105 - the name of an operation
    SET_UP_TOTP = "setUpTotp"
    CONFIRM_TOTP = "confirmTotp"
    ASK_FOR_PASSWORD_RESET = "askForPasswordReset"  # noqa: S105 - the name of an operation

    RECEIVE_APPLICATION = "receiveApplication"
    CHANGE_CONTRACT = "changeContract"
    CHANGE_SERVICE_STATUS = "changeServiceStatus"
    TERMINATE_CONTRACT = "terminateContract"

    WHO_AM_I = "whoAmI"
    LOG_OUT = "logOut"
    CHOOSE_LANGUAGE = "chooseLanguage"
    DASHBOARD = "dashboard"
    CONTRACTS = "contracts"
    CONTRACT = "contract"
    APPLICATIONS = "applications"
    EVENTS = "events"
    CHANGE_ME = "changeMe"
    CHANGE_PASSWORD = "changePassword"  # noqa: S105 - the name of an operation
    OWN_SESSIONS = "ownSessions"
    END_OWN_SESSION = "endOwnSession"
    END_OTHER_SESSIONS = "endOtherSessions"
    OWN_LOGINS = "ownLogins"
    ISSUE_RECOVERY_CODES = "issueRecoveryCodes"

    USERS = "users"
    EXPORT_USERS = "exportUsers"
    ADD_USER = "addUser"
    USER = "user"
    CHANGE_USER = "changeUser"
    DELETE_USER = "deleteUser"
    SUSPEND_USER = "suspendUser"
    REINSTATE_USER = "reinstateUser"
    UNLOCK_USER = "unlockUser"
    RESEND_ACTIVATION = "resendActivation"
    RESET_SECOND_FACTOR = "resetSecondFactor"
    USER_HISTORY = "userHistory"
    EXPORT_USER_HISTORY = "exportUserHistory"
    USER_LOGINS = "userLogins"
    REGISTRATIONS = "registrations"
    GROUPS = "groups"
    ADD_GROUP = "addGroup"
    GROUP = "group"
    CHANGE_GROUP = "changeGroup"
    DELETE_GROUP = "deleteGroup"
    PERMIT_GROUP = "permitGroup"
    ADD_MEMBERS = "addMembers"
    REMOVE_MEMBER = "removeMember"
    GROUP_HISTORY = "groupHistory"
    EXPORT_GROUP_HISTORY = "exportGroupHistory"
    TENANT_SETTINGS = "tenantSettings"
    CHANGE_TENANT_SETTINGS = "changeTenantSettings"
    TENANT_IMAGE = "tenantImage"
    CHANGE_TENANT_IMAGE = "changeTenantImage"
    REMOVE_TENANT_IMAGE = "removeTenantImage"
    TENANT_SETTINGS_HISTORY = "tenantSettingsHistory"
    EXPORT_TENANT_SETTINGS_HISTORY = "exportTenantSettingsHistory"


_BEFORE_LOGIN = (
    Operation.HEALTH,
    Operation.TOKEN,
    Operation.BEGIN_LOGIN,
    Operation.RESEND_CODE,
    Operation.FINISH_LOGIN,
    Operation.ACTIVATION_STATE,
    Operation.CONFIRM_IDENTITY,
    Operation.SET_PASSWORD,
    Operation.SET_UP_TOTP,
    Operation.CONFIRM_TOTP,
    Operation.ASK_FOR_PASSWORD_RESET,
)
_BACK_OFFICE = (
    Operation.RECEIVE_APPLICATION,
    Operation.CHANGE_CONTRACT,
    Operation.CHANGE_SERVICE_STATUS,
    Operation.TERMINATE_CONTRACT,
)
_EVERY_PERSON = (
    Operation.WHO_AM_I,
    Operation.LOG_OUT,
    Operation.CHOOSE_LANGUAGE,
    Operation.DASHBOARD,
    Operation.CONTRACTS,
    Operation.CONTRACT,
    Operation.APPLICATIONS,
    Operation.EVENTS,
    Operation.CHANGE_ME,
    Operation.CHANGE_PASSWORD,
    Operation.OWN_SESSIONS,
    Operation.END_OWN_SESSION,
    Operation.END_OTHER_SESSIONS,
    Operation.OWN_LOGINS,
    Operation.ISSUE_RECOVERY_CODES,
    Operation.TENANT_IMAGE,
)
_ADMINISTRATORS = (
    Operation.USERS,
    Operation.EXPORT_USERS,
    Operation.ADD_USER,
    Operation.USER,
    Operation.CHANGE_USER,
    Operation.DELETE_USER,
    Operation.SUSPEND_USER,
    Operation.REINSTATE_USER,
    Operation.UNLOCK_USER,
    Operation.RESEND_ACTIVATION,
    Operation.RESET_SECOND_FACTOR,
    Operation.USER_HISTORY,
    Operation.EXPORT_USER_HISTORY,
    Operation.USER_LOGINS,
    Operation.REGISTRATIONS,
    Operation.GROUPS,
    Operation.ADD_GROUP,
    Operation.GROUP,
    Operation.CHANGE_GROUP,
    Operation.DELETE_GROUP,
    Operation.PERMIT_GROUP,
    Operation.ADD_MEMBERS,
    Operation.REMOVE_MEMBER,
    Operation.GROUP_HISTORY,
    Operation.EXPORT_GROUP_HISTORY,
    Operation.TENANT_SETTINGS,
    Operation.CHANGE_TENANT_SETTINGS,
    Operation.CHANGE_TENANT_IMAGE,
    Operation.REMOVE_TENANT_IMAGE,
    Operation.TENANT_SETTINGS_HISTORY,
    Operation.EXPORT_TENANT_SETTINGS_HISTORY,
)

POLICY: Mapping[str, frozenset[Who]] = {
    **dict.fromkeys(_BEFORE_LOGIN, frozenset({Who.ANYBODY})),
    **dict.fromkeys(_BACK_OFFICE, frozenset({Who.OPERATOR})),
    **dict.fromkeys(_EVERY_PERSON, frozenset({Who.GENERAL_USER, Who.PORTAL_ADMIN})),
    **dict.fromkeys(_ADMINISTRATORS, frozenset({Who.PORTAL_ADMIN})),
}
"""Who may ask for what."""

_NOBODY: frozenset[Who] = frozenset()
_AS: Mapping[Role, Who] = {Role.GENERAL_USER: Who.GENERAL_USER, Role.PORTAL_ADMIN: Who.PORTAL_ADMIN}


def may(who: Who, operation: str) -> bool:
    """Return whether the table lets *who* ask for an operation."""
    allowed = POLICY.get(operation, _NOBODY)
    return who in allowed or Who.ANYBODY in allowed


def lets(viewer: Viewer, operation: str) -> bool:
    """Return whether a person may ask for an operation; pages show no way to what would be refused."""
    return may(_AS[viewer.role], operation)


def demand(viewer: Viewer, operation: str) -> None:
    """Let a person go on who may ask for *operation*. Raises: Denied."""
    if not lets(viewer, operation):
        raise Denied
