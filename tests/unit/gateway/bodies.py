"""What each operation of the API is sent, and what its path names: everything of the first tenant."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.unit.gateway.fakes import GROUP
from tests.unit.gateway.fakes_boards import application as applied_for
from tests.unit.gateway.fakes_boards import contract, incident, maintenance
from tests.unit.gateway.fakes_mail import MAIL
from tests.unit.gateway.fakes_ops import PARKED, READER
from tests.unit.gateway.fakes_second_step import BROWSER, PASSKEY
from tests.unit.gateway.samples_people import COLLEAGUE, OTHER_SESSION
from tests.unit.gateway.test_api_boards import FORM

USER_FIELDS = {
    "email": "jiro.tanaka@example.co.jp",
    "name": "田中 次郎",
    "phoneNumber": "03-1234-5670",
    "mailLanguage": "ja",
    "timezone": "Asia/Tokyo",
    "secondFactor": "TOTP",
    "role": "GENERAL_USER",
}
SETTINGS = {
    "sessionIdleMinutes": 15,
    "sessionAbsoluteHours": 8,
    "allowedNetworks": ["203.0.113.0/24"],
    "trustedBrowser": False,
    "secondFactors": ["TOTP"],
}
WHO = {"email": "hanako.sato@example.co.jp", "name": "佐藤 花子", "contactPhoneNumber": "03-1234-5678"}

BODIES: Mapping[str, Any] = {
    "beginLogin": {"userId": "hanako.sato@example.co.jp", "password": "correct horse battery"},
    "finishLogin": {"code": "492039"},
    "activationState": {"token": "link"},
    "confirmIdentity": {"token": "link", **WHO},
    "setPassword": {"token": "link", "password": "long enough and rare"},
    "chooseSecondFactor": {"token": "link", "secondFactor": "TOTP"},
    "setUpTotp": {"token": "link"},
    "confirmTotp": {"token": "link", "code": "492039"},
    "askForPasswordReset": WHO,
    "receiveApplication": FORM,
    "changeContract": {"site": "大阪"},
    "changeServiceStatus": {"serviceStatus": "WARNING"},
    "placeApplication": {
        "applicationNumber": "A-2",
        "firstApplicationNumber": "A-1",
        "orderType": "TERMINATION",
        "contractNumbers": ["N000000001"],
    },
    "reportApplication": {"orderStatus": 2},
    "reportServiceStatus": {"contractNumber": "N000000001", "serviceStatus": "2"},
    "reportIncident": {"incidentNumber": "T1", "title": "停電", "contractNumbers": ["N000000001"]},
    "updateIncident": {"status": "REPAIRING"},
    "announceMaintenance": {
        "maintenanceNumber": "M000000001",
        "name": "設備更改",
        "contractNumbers": ["N000000001"],
        "startsAt": "2026-12-01T00:00:00Z",
        "endsAt": "2026-12-01T04:00:00Z",
    },
    "rescheduleMaintenance": {"startsAt": "2026-12-01T00:00:00Z", "endsAt": "2026-12-01T04:00:00Z"},
    "cancelMaintenance": {},
    "completeMaintenance": {},
    "reportMany": {"rows": [{"contractNumber": "N000000001", "serviceStatus": "1"}]},
    "changeMemo": {"memo": "本社"},
    "chooseLanguage": {"language": "en"},
    "changeMe": {"timezone": "Europe/London"},
    "changePassword": {"current": "correct horse battery", "new": "another long one"},
    "beginStepUp": {"password": "correct horse battery"},
    "proveStepUp": {"code": "492039"},
    "finishLoginByPasskey": {"credential": {"id": "BBBB"}},
    "stepUpByPasskey": {"credential": {"id": "BBBB"}},
    "addPasskey": {"name": "鍵", "credential": {"id": "BBBB"}},
    "confirmAuthenticator": {"code": "492039"},
    "issueRecoveryCodes": {"code": "492039"},
    "addUser": USER_FIELDS,
    "importUsers": {"rows": [USER_FIELDS]},
    "changeUser": {"title": "部長"},
    "addGroup": {"name": "開発部"},
    "changeGroup": {"description": "新しい"},
    "permitGroup": {"permissions": [{"serviceName": "smart-pbx", "actions": ["VIEW"]}]},
    "addMembers": {"userIds": [str(COLLEAGUE)]},
    "changeTenantSettings": SETTINGS,
    "changeOwnNotifications": {"refused": ["MAINTENANCE"]},
    "changeUserNotifications": {"refused": ["MAINTENANCE"]},
    "opsRetry": {"reason": "mended"},
    "opsUnmask": {"reason": "a call from the person"},
    "opsUnmaskParked": {"reason": "a call from the company"},
    "opsPublishAgain": {"service": "users", "fromPosition": 1, "reason": "a reader lost its place"},
    "opsDiscard": {"consumer": READER, "streams": [str(PARKED)], "reason": "a test order"},
    "opsMailReceiver": {"reason": "the customer asked"},
    "opsResendMails": {"mails": [str(MAIL)], "reason": "mended"},
    "opsPauseMails": {"reason": "the mail server moves"},
    "opsResumeMails": {"reason": "it has moved"},
    "opsDrainMails": {"reason": "it has moved"},
}
UPLOADS: Mapping[str, bytes] = {"changeTenantImage": b"a picture, as far as anybody asks here"}
FORMS = {
    "token": {
        "grant_type": "client_credentials",
        "client_id": "operator",
        "client_secret": "the operator's secret",
    }
}
OWN: Mapping[str, UUID | str] = {
    "applicationNumber": "A-1",
    "incidentNumber": "T1",
    "maintenanceNumber": "M000000001",
    "kind": "service-statuses",
    "applicationId": applied_for().application_id,
    "incidentId": incident(1).incident_id,
    "maintenanceId": maintenance(1).maintenance_id,
    "userId": COLLEAGUE,
    "groupId": GROUP,
    "contractId": contract(1).contract_id,
    "serviceName": "smart-pbx",
    "sessionId": OTHER_SESSION,
    "browserId": BROWSER,
    "messageId": MAIL,
    "passkeyId": PASSKEY,
    "consumer": READER,
    "topic": "portal.contracts.events.v1",
    "streamId": PARKED,
    "factType": "portal.user.activated.v1",
    "service": "users",
    "version": "1",
}
"""What the paths name: everything of the first tenant."""
