"""Who may do what: the one table, read for every call. What is not in it nobody may. Next stop: access.py, contracts.

A role says what a person may administer; which contracts they see is another matter, see access.py.
"""

from collections.abc import Mapping
from enum import StrEnum

import structlog

from gateway.application.viewer import OperatorRole, Role, Viewer
from kernel.domain.errors import Denied


class Who(StrEnum):
    """Everybody who may come to the public API."""

    ANYBODY = "ANYBODY"
    """Whoever calls, with a session or without."""
    GENERAL_USER = "GENERAL_USER"
    PORTAL_ADMIN = "PORTAL_ADMIN"
    OPERATOR = "OPERATOR"
    """A system of the operator, which holds a token and no session."""
    OPS = "OPS"
    OPS_VIEWER = "OPS_VIEWER"
    """People who operate the platform, and those of them who may only look."""


class Operation(StrEnum):
    """Everything that the public API and the pages can be asked for, by the operation id of the description."""

    HEALTH = "health"
    TOKEN = "token"  # noqa: S105 - the name of an operation
    BEGIN_LOGIN = "beginLogin"
    RESEND_CODE = "resendCode"
    FINISH_LOGIN = "finishLogin"
    PASSKEY_QUESTION = "passkeyQuestion"
    FINISH_BY_PASSKEY = "finishLoginByPasskey"
    ACTIVATION_STATE = "activationState"
    CONFIRM_IDENTITY = "confirmIdentity"
    SET_PASSWORD = "setPassword"  # noqa: S105 - the name of an operation
    CHOOSE_SECOND_FACTOR = "chooseSecondFactor"
    SET_UP_TOTP = "setUpTotp"
    CONFIRM_TOTP = "confirmTotp"
    ASK_FOR_PASSWORD_RESET = "askForPasswordReset"  # noqa: S105 - the name of an operation

    RECEIVE_APPLICATION = "receiveApplication"
    CHANGE_CONTRACT = "changeContract"
    CHANGE_SERVICE_STATUS = "changeServiceStatus"
    TERMINATE_CONTRACT = "terminateContract"
    PLACE_APPLICATION = "placeApplication"
    REPORT_APPLICATION = "reportApplication"
    REPORT_SERVICE_STATUS = "reportServiceStatus"
    REPORT_INCIDENT = "reportIncident"
    UPDATE_INCIDENT = "updateIncident"
    ANNOUNCE_MAINTENANCE = "announceMaintenance"
    RESCHEDULE_MAINTENANCE = "rescheduleMaintenance"
    CANCEL_MAINTENANCE = "cancelMaintenance"
    COMPLETE_MAINTENANCE = "completeMaintenance"
    REPORT_MANY = "reportMany"
    EARLY_FACTS = "earlyFacts"

    WHO_AM_I = "whoAmI"
    LOG_OUT = "logOut"
    CHOOSE_LANGUAGE = "chooseLanguage"
    DASHBOARD = "dashboard"
    CONTRACTS = "contracts"
    CONTRACT = "contract"
    CONTRACT_CHANGES = "contractChanges"
    CONTRACT_HISTORY = "contractHistory"
    EXPORT_CONTRACT_HISTORY = "exportContractHistory"
    AVAILABILITY = "availability"
    SERVICE_AVAILABILITY = "serviceAvailability"
    CHANGE_MEMO = "changeMemo"
    SETTINGS_SITE = "settingsSite"
    APPLICATIONS = "applications"
    APPLICATION = "application"
    INCIDENTS = "incidents"
    INCIDENT = "incident"
    MAINTENANCES = "maintenances"
    MAINTENANCE = "maintenance"
    CALENDAR = "calendar"
    ISSUE_CALENDAR = "issueCalendar"
    REVOKE_CALENDAR = "revokeCalendar"
    EVENTS = "events"
    CHANGE_ME = "changeMe"
    CHANGE_PASSWORD = "changePassword"  # noqa: S105 - the name of an operation
    OWN_SESSIONS = "ownSessions"
    END_OWN_SESSION = "endOwnSession"
    END_OTHER_SESSIONS = "endOtherSessions"
    OWN_LOGINS = "ownLogins"
    ISSUE_RECOVERY_CODES = "issueRecoveryCodes"
    BEGIN_STEP_UP = "beginStepUp"
    STEP_UP = "stepUp"
    PROVE_STEP_UP = "proveStepUp"
    STEP_UP_QUESTION = "stepUpQuestion"
    STEP_UP_BY_PASSKEY = "stepUpByPasskey"
    PASSKEYS = "passkeys"
    NEW_PASSKEY = "newPasskey"
    ADD_PASSKEY = "addPasskey"
    REMOVE_PASSKEY = "removePasskey"
    SET_UP_AUTHENTICATOR = "setUpAuthenticator"
    CONFIRM_AUTHENTICATOR = "confirmAuthenticator"
    TRUSTED_BROWSERS = "trustedBrowsers"
    FORGET_BROWSER = "forgetBrowser"
    FORGET_BROWSERS = "forgetBrowsers"
    OWN_NOTIFICATIONS = "ownNotifications"
    CHANGE_OWN_NOTIFICATIONS = "changeOwnNotifications"

    USERS = "users"
    EXPORT_USERS = "exportUsers"
    ADD_USER = "addUser"
    IMPORT_USERS = "importUsers"
    USER = "user"
    CHANGE_USER = "changeUser"
    DELETE_USER = "deleteUser"
    SUSPEND_USER = "suspendUser"
    REINSTATE_USER = "reinstateUser"
    UNLOCK_USER = "unlockUser"
    RESEND_ACTIVATION = "resendActivation"
    RESET_SECOND_FACTOR = "resetSecondFactor"
    MESSAGES = "messages"
    MESSAGE = "message"
    USER_MESSAGES = "userMessages"
    RESEND_MESSAGE = "resendMessage"
    USER_NOTIFICATIONS = "userNotifications"
    CHANGE_USER_NOTIFICATIONS = "changeUserNotifications"
    USER_HISTORY = "userHistory"
    EXPORT_USER_HISTORY = "exportUserHistory"
    USER_PERMISSIONS = "userPermissions"
    USER_PERMISSION_CHANGES = "userPermissionChanges"
    USER_LOGINS = "userLogins"
    LOGINS = "logins"
    EXPORT_LOGINS = "exportLogins"
    REGISTRATIONS = "registrations"
    GROUPS = "groups"
    ADD_GROUP = "addGroup"
    GROUP = "group"
    CHANGE_GROUP = "changeGroup"
    DELETE_GROUP = "deleteGroup"
    PERMIT_GROUP = "permitGroup"
    ADD_MEMBERS = "addMembers"
    REMOVE_MEMBER = "removeMember"
    GROUP_PERMISSIONS = "groupPermissions"
    GROUP_HISTORY = "groupHistory"
    EXPORT_GROUP_HISTORY = "exportGroupHistory"
    TENANT_SETTINGS = "tenantSettings"
    CHANGE_TENANT_SETTINGS = "changeTenantSettings"
    TENANT_IMAGE = "tenantImage"
    CHANGE_TENANT_IMAGE = "changeTenantImage"
    REMOVE_TENANT_IMAGE = "removeTenantImage"
    TENANT_SETTINGS_HISTORY = "tenantSettingsHistory"
    EXPORT_TENANT_SETTINGS_HISTORY = "exportTenantSettingsHistory"

    OPS_STREAMS = "opsStreams"
    OPS_DEEDS = "opsDeeds"
    OPS_TOPICS = "opsTopics"
    OPS_GROUPS = "opsGroups"
    OPS_CATALOGUE = "opsCatalogue"
    OPS_FACT = "opsFact"
    OPS_STREAM_HISTORY = "opsStreamHistory"
    OPS_PARKED_GROUPS = "opsParkedGroups"
    OPS_PARKED = "opsParked"
    OPS_PARKED_STREAM = "opsParkedStream"
    OPS_EVENTS = "opsEvents"
    OPS_EVENT = "opsEvent"
    OPS_FOLLOW = "opsFollow"
    OPS_PUBLISHING = "opsPublishing"
    OPS_RETRY = "opsRetry"
    OPS_UNMASK = "opsUnmask"
    OPS_UNMASK_PARKED = "opsUnmaskParked"
    OPS_PUBLISH_AGAIN = "opsPublishAgain"
    OPS_DISCARD = "opsDiscard"
    OPS_MAILS = "opsMails"
    OPS_MAILS_NOW = "opsMailsNow"
    OPS_MAIL = "opsMail"
    OPS_MAIL_RECEIVER = "opsMailReceiver"
    OPS_RESEND_MAILS = "opsResendMails"
    OPS_PAUSE_MAILS = "opsPauseMails"
    OPS_RESUME_MAILS = "opsResumeMails"
    OPS_DRAIN_MAILS = "opsDrainMails"


_BEFORE_LOGIN = (
    Operation.HEALTH,
    Operation.TOKEN,
    Operation.BEGIN_LOGIN,
    Operation.RESEND_CODE,
    Operation.FINISH_LOGIN,
    Operation.PASSKEY_QUESTION,
    Operation.FINISH_BY_PASSKEY,
    Operation.ACTIVATION_STATE,
    Operation.CONFIRM_IDENTITY,
    Operation.SET_PASSWORD,
    Operation.CHOOSE_SECOND_FACTOR,
    Operation.SET_UP_TOTP,
    Operation.CONFIRM_TOTP,
    Operation.ASK_FOR_PASSWORD_RESET,
)
_BACK_OFFICE = (
    Operation.RECEIVE_APPLICATION,
    Operation.CHANGE_CONTRACT,
    Operation.CHANGE_SERVICE_STATUS,
    Operation.TERMINATE_CONTRACT,
    Operation.PLACE_APPLICATION,
    Operation.REPORT_APPLICATION,
    Operation.REPORT_SERVICE_STATUS,
    Operation.REPORT_INCIDENT,
    Operation.UPDATE_INCIDENT,
    Operation.ANNOUNCE_MAINTENANCE,
    Operation.RESCHEDULE_MAINTENANCE,
    Operation.CANCEL_MAINTENANCE,
    Operation.COMPLETE_MAINTENANCE,
    Operation.REPORT_MANY,
    Operation.EARLY_FACTS,
)
_EVERY_PERSON = (
    Operation.WHO_AM_I,
    Operation.LOG_OUT,
    Operation.CHOOSE_LANGUAGE,
    Operation.DASHBOARD,
    Operation.CONTRACTS,
    Operation.CONTRACT,
    Operation.CONTRACT_CHANGES,
    Operation.CONTRACT_HISTORY,
    Operation.EXPORT_CONTRACT_HISTORY,
    Operation.AVAILABILITY,
    Operation.SERVICE_AVAILABILITY,
    Operation.CHANGE_MEMO,
    Operation.SETTINGS_SITE,
    Operation.APPLICATIONS,
    Operation.APPLICATION,
    Operation.INCIDENTS,
    Operation.INCIDENT,
    Operation.MAINTENANCES,
    Operation.MAINTENANCE,
    Operation.CALENDAR,
    Operation.ISSUE_CALENDAR,
    Operation.REVOKE_CALENDAR,
    Operation.EVENTS,
    Operation.CHANGE_ME,
    Operation.CHANGE_PASSWORD,
    Operation.OWN_SESSIONS,
    Operation.END_OWN_SESSION,
    Operation.END_OTHER_SESSIONS,
    Operation.OWN_LOGINS,
    Operation.ISSUE_RECOVERY_CODES,
    Operation.BEGIN_STEP_UP,
    Operation.STEP_UP,
    Operation.PROVE_STEP_UP,
    Operation.STEP_UP_QUESTION,
    Operation.STEP_UP_BY_PASSKEY,
    Operation.PASSKEYS,
    Operation.NEW_PASSKEY,
    Operation.ADD_PASSKEY,
    Operation.REMOVE_PASSKEY,
    Operation.SET_UP_AUTHENTICATOR,
    Operation.CONFIRM_AUTHENTICATOR,
    Operation.TRUSTED_BROWSERS,
    Operation.FORGET_BROWSER,
    Operation.FORGET_BROWSERS,
    Operation.OWN_NOTIFICATIONS,
    Operation.CHANGE_OWN_NOTIFICATIONS,
    Operation.TENANT_IMAGE,
)
_ADMINISTRATORS = (
    Operation.USERS,
    Operation.EXPORT_USERS,
    Operation.ADD_USER,
    Operation.IMPORT_USERS,
    Operation.USER,
    Operation.CHANGE_USER,
    Operation.DELETE_USER,
    Operation.SUSPEND_USER,
    Operation.REINSTATE_USER,
    Operation.UNLOCK_USER,
    Operation.RESEND_ACTIVATION,
    Operation.RESET_SECOND_FACTOR,
    Operation.MESSAGES,
    Operation.MESSAGE,
    Operation.USER_MESSAGES,
    Operation.RESEND_MESSAGE,
    Operation.USER_NOTIFICATIONS,
    Operation.CHANGE_USER_NOTIFICATIONS,
    Operation.USER_HISTORY,
    Operation.EXPORT_USER_HISTORY,
    Operation.USER_PERMISSIONS,
    Operation.USER_PERMISSION_CHANGES,
    Operation.USER_LOGINS,
    Operation.LOGINS,
    Operation.EXPORT_LOGINS,
    Operation.REGISTRATIONS,
    Operation.GROUPS,
    Operation.ADD_GROUP,
    Operation.GROUP,
    Operation.CHANGE_GROUP,
    Operation.DELETE_GROUP,
    Operation.PERMIT_GROUP,
    Operation.ADD_MEMBERS,
    Operation.REMOVE_MEMBER,
    Operation.GROUP_PERMISSIONS,
    Operation.GROUP_HISTORY,
    Operation.EXPORT_GROUP_HISTORY,
    Operation.TENANT_SETTINGS,
    Operation.CHANGE_TENANT_SETTINGS,
    Operation.CHANGE_TENANT_IMAGE,
    Operation.REMOVE_TENANT_IMAGE,
    Operation.TENANT_SETTINGS_HISTORY,
    Operation.EXPORT_TENANT_SETTINGS_HISTORY,
)
_OPS_VIEWERS = (
    Operation.OPS_DEEDS,
    Operation.OPS_STREAMS,
    Operation.OPS_TOPICS,
    Operation.OPS_GROUPS,
    Operation.OPS_CATALOGUE,
    Operation.OPS_FACT,
    Operation.OPS_STREAM_HISTORY,
    Operation.OPS_PARKED_GROUPS,
    Operation.OPS_PARKED,
    Operation.OPS_PARKED_STREAM,
    Operation.OPS_EVENTS,
    Operation.OPS_EVENT,
    Operation.OPS_FOLLOW,
    Operation.OPS_PUBLISHING,
    Operation.OPS_MAILS,
    Operation.OPS_MAILS_NOW,
    Operation.OPS_MAIL,
)
_OPS = (
    Operation.OPS_RETRY,
    Operation.OPS_UNMASK,
    Operation.OPS_UNMASK_PARKED,
    Operation.OPS_PUBLISH_AGAIN,
    Operation.OPS_DISCARD,
    Operation.OPS_MAIL_RECEIVER,
    Operation.OPS_RESEND_MAILS,
    Operation.OPS_PAUSE_MAILS,
    Operation.OPS_RESUME_MAILS,
    Operation.OPS_DRAIN_MAILS,
)

POLICY: Mapping[str, frozenset[Who]] = {
    **dict.fromkeys(_BEFORE_LOGIN, frozenset({Who.ANYBODY})),
    **dict.fromkeys(_BACK_OFFICE, frozenset({Who.OPERATOR})),
    **dict.fromkeys(_EVERY_PERSON, frozenset({Who.GENERAL_USER, Who.PORTAL_ADMIN})),
    **dict.fromkeys(_ADMINISTRATORS, frozenset({Who.PORTAL_ADMIN})),
    **dict.fromkeys(_OPS_VIEWERS, frozenset({Who.OPS, Who.OPS_VIEWER})),
    **dict.fromkeys(_OPS, frozenset({Who.OPS})),
}
"""Who may ask for what."""

_NOBODY: frozenset[Who] = frozenset()
_AS: Mapping[Role, Who] = {Role.GENERAL_USER: Who.GENERAL_USER, Role.PORTAL_ADMIN: Who.PORTAL_ADMIN}
_OPERATES_AS: Mapping[OperatorRole, Who] = {
    OperatorRole.OPS: Who.OPS,
    OperatorRole.OPS_VIEWER: Who.OPS_VIEWER,
}

log = structlog.get_logger(__name__)


class ConsoleRefused(Denied):
    """Somebody asked the ops console for what they may not have; who it was is noted once they have their answer."""

    def __init__(self, viewer: Viewer, operation: str) -> None:
        super().__init__()
        self.viewer = viewer
        self.operation = operation


def may(who: Who, operation: str) -> bool:
    """Return whether the table lets *who* ask for an operation."""
    allowed = POLICY.get(operation, _NOBODY)
    return who in allowed or Who.ANYBODY in allowed


def lets(viewer: Viewer, operation: str) -> bool:
    """Return whether a person may ask for an operation; pages show no way to what would be refused."""
    operates = viewer.operator is not None and may(_OPERATES_AS[viewer.operator], operation)
    return operates or may(_AS[viewer.role], operation)


def demand(viewer: Viewer, operation: str) -> None:
    """Let a person go on who may ask for *operation*. Raises: Denied; ConsoleRefused for what operators alone may."""
    if lets(viewer, operation):
        return
    if operation in _OPS or operation in _OPS_VIEWERS:
        # Whoever tries the console without being an operator is to be found later.
        log.warning(
            "ops.refused",
            operation=str(operation),
            user_id=str(viewer.user_id),
            tenant_id=str(viewer.tenant_id),
            client_ip=viewer.client_ip,
        )
        raise ConsoleRefused(viewer, operation)
    raise Denied
