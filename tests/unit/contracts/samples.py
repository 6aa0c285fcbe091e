"""An application form, the ids it got, and what came of it."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.contracts.domain.commands import ReceiveApplication
from services.contracts.domain.events import ApplicationReceived, ContractActivated, ServiceStatus, TenantOpened
from services.contracts.domain.form import Administrator, Customer, Language, OrderedContract, SecondFactor

AT = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
APPLICATION, TENANT, ADMINISTRATOR, FIRST, SECOND = (UUID(int=number) for number in range(1, 6))

CUSTOMER = Customer(company_name="株式会社さくら商事", customer_number="C0012345")
ADMINISTRATOR_NAMED = Administrator(
    user_id=ADMINISTRATOR,
    name="佐藤 花子",
    email="hanako.sato@example.co.jp",
    phone_number="03-1234-5678",
    mail_language=Language.JA,
    timezone="Asia/Tokyo",
    second_factor=SecondFactor.TOTP,
)
ORDERS = (
    OrderedContract(
        contract_id=FIRST,
        contract_number="N000000001",
        service_name="smart-pbx",
        site="東京本社",
        extension_ids=("101", "102"),
        channels=10,
    ),
    OrderedContract(contract_id=SECOND, contract_number="N000000002", service_name="smart-pbx"),
)

RECEIVE = ReceiveApplication(
    application_id=APPLICATION,
    application_number="A-2026-000123",
    tenant_id=TENANT,
    customer=CUSTOMER,
    administrator=ADMINISTRATOR_NAMED,
    contracts=ORDERS,
    fingerprint="f1",
    at=AT,
)
RECEIVED = ApplicationReceived(
    application_id=APPLICATION,
    application_number="A-2026-000123",
    tenant_id=TENANT,
    customer=CUSTOMER,
    administrator=ADMINISTRATOR_NAMED,
    contracts=ORDERS,
    fingerprint="f1",
    at=AT,
)
OPENED = TenantOpened(tenant_id=TENANT, company_name="株式会社さくら商事", customer_number="C0012345", at=AT)
ACTIVATED = ContractActivated(**asdict(ORDERS[0]), service_status=ServiceStatus.UNKNOWN, at=AT)


def received(**administrator: Any) -> ApplicationReceived:
    """Return the fact with another administrator."""
    return replace(RECEIVED, administrator=replace(ADMINISTRATOR_NAMED, **administrator))


def body(**changed: Any) -> dict[str, Any]:
    """Return a form as the back office sends it."""
    return {
        "applicationNumber": "A-2026-000123",
        "customer": {"companyName": "株式会社さくら商事", "customerNumber": "C0012345"},
        "administrator": administrator(),
        "contracts": [
            {"contractNumber": "N000000001", "serviceName": "smart-pbx", "site": "東京本社", "extensionIds": ["101"]},
            {"contractNumber": "N000000002", "serviceName": "smart-pbx", "channels": 5},
        ],
        **changed,
    }


def administrator(**changed: Any) -> dict[str, Any]:
    """Return the part of a form about the administrator."""
    return {
        "name": "佐藤 花子",
        "email": "hanako.sato@example.co.jp",
        "phoneNumber": "03-1234-5678",
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "secondFactor": "TOTP",
        **changed,
    }
