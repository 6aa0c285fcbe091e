"""What a form must say, and that every bad field is named at once."""

from typing import Any

import pytest
from pydantic import ValidationError

from kernel.adapters.http.problems import field_errors
from services.contracts.api.schemas import ApplicationForm, TermChanges
from services.contracts.domain.form import Language
from tests.unit.contracts.samples import administrator, body

WIDE = {number: number + 0xFEE0 for number in range(0x21, 0x7F)}
"""What Japanese keyboards write when they are set to full width."""


def bad(form: dict[str, Any]) -> dict[str, str]:
    """Return the code of every bad field by its pointer."""
    with pytest.raises(ValidationError) as refused:
        ApplicationForm.model_validate(form)
    # A request says first where in it a field stands.
    errors = [{**one, "loc": ("body", *one["loc"])} for one in refused.value.errors()]
    return {one["pointer"]: one["code"] for one in field_errors(errors)}


def test_a_form_becomes_what_the_domain_knows() -> None:
    form = ApplicationForm.model_validate(body()).filled()
    assert form.administrator.name == "佐藤 花子"
    assert [order.contract_number for order in form.contracts] == ["N000000001", "N000000002"]
    assert form.contracts[0].extension_ids == ("101",)
    assert form.contracts[1].channels == 5


@pytest.mark.parametrize("number", [1764000000, 1.5, "1764000000"])
def test_a11_a_number_is_no_moment_at_which_a_form_came_in(number: object) -> None:
    assert bad(body(receivedAt=number)).keys() == {"/receivedAt"}


def test_every_bad_field_is_named_at_once() -> None:
    form = body(
        applicationNumber="",
        customer={"companyName": " \u3000 ", "customerNumber": "C1"},
        administrator={
            "name": " ",
            "email": "hanako@",
            "phoneNumber": "050*****",
            "mobilePhoneNumber": "12",
            "mailLanguage": "fr",
            "timezone": "Asia/Tokio",
            "secondFactor": "SMS",
            "role": "PORTAL_ADMIN",
        },
        contracts=[
            {"contractNumber": "N000000001", "serviceName": "smart-pbx"},
            {"contractNumber": "N1", "channels": -1},
            {"contractNumber": "N000000001", "serviceName": "smart-pbx", "extensionIds": ["101", " "]},
        ],
    )
    assert bad(form) == {
        "/applicationNumber": "too-short",
        "/customer/companyName": "too-short",
        "/administrator/name": "too-short",
        "/administrator/email": "malformed",
        "/administrator/phoneNumber": "masked",
        "/administrator/mobilePhoneNumber": "malformed",
        "/administrator/mailLanguage": "unknown-value",
        "/administrator/timezone": "unknown-value",
        "/administrator/secondFactor": "unknown-value",
        "/administrator/role": "unknown-field",
        "/contracts/1/contractNumber": "malformed",
        "/contracts/1/serviceName": "missing",
        "/contracts/1/channels": "too-small",
        "/contracts/2/contractNumber": "repeated",
        "/contracts/2/extensionIds/1": "too-short",
    }


def test_a_number_that_stands_twice_is_named_in_a_form_that_is_fine_otherwise() -> None:
    once = {"contractNumber": "N000000001", "serviceName": "smart-pbx"}
    assert bad(body(contracts=[once, once, once])) == {
        "/contracts/1/contractNumber": "repeated",
        "/contracts/2/contractNumber": "repeated",
    }


def test_a_form_with_too_many_contracts_is_refused_in_few_words() -> None:
    once = {"contractNumber": "N000000001", "serviceName": "smart-pbx"}
    assert bad(body(contracts=[{**once, "contractNumber": f"N{n:09d}"} for n in range(101)])) == {
        "/contracts": "too-many"
    }
    assert len(bad(body(contracts=[once] * 10_000))) <= 100


@pytest.mark.parametrize("contracts", [[], None, "N000000001", [None], [["N000000001"]], {"contractNumber": "N1"}])
def test_what_is_no_list_of_contracts_is_refused(contracts: object) -> None:
    assert bad(body(contracts=contracts))


@pytest.mark.parametrize("missing", ["name", "email", "phoneNumber", "timezone", "secondFactor"])
def test_s25_s26_s28_s31_s32_what_a_person_needs_is_required(missing: str) -> None:
    named = administrator()
    del named[missing]
    assert bad(body(administrator=named)) == {f"/administrator/{missing}": "missing"}


def test_s27_s29_what_a_person_may_leave_out() -> None:
    named = administrator(title="部長", mobilePhoneNumber="090-1234-5678")
    form = ApplicationForm.model_validate(body(administrator=named)).filled()
    assert (form.administrator.title, form.administrator.mobile_phone_number) == ("部長", "090-1234-5678")
    assert ApplicationForm.model_validate(body()).filled().administrator.title is None


def test_s30_mails_are_japanese_unless_the_form_says_otherwise() -> None:
    named = administrator()
    del named["mailLanguage"]
    assert ApplicationForm.model_validate(body(administrator=named)).administrator.mail_language is Language.JA


@pytest.mark.parametrize(
    "number", ["03-1234-5678", "0312345678", "03-1234-5678".translate(WIDE), "+81 3 1234 5678", "+1 (212) 555-0123"]
)
def test_a_phone_number_stays_as_it_was_written(number: str) -> None:
    form = ApplicationForm.model_validate(body(administrator=administrator(phoneNumber=f" {number} ")))
    assert form.administrator.phone_number == number


@pytest.mark.parametrize(
    "email",
    ["hanako", "hanako@localhost", "a@b@example.jp", "花子@example.jp", "a b@example.jp", "x\n@example.jp", "@x.jp"],
)
def test_what_is_no_mail_address_is_refused(email: str) -> None:
    assert set(bad(body(administrator=administrator(email=email)))) == {"/administrator/email"}


@pytest.mark.parametrize("zone", ["Asia/Tokio", "asia/tokyo", "localtime", "../../etc/passwd", "UTC+9", "JST"])
def test_s31_what_is_no_time_zone_is_refused(zone: str) -> None:
    assert bad(body(administrator=administrator(timezone=zone))) == {"/administrator/timezone": "unknown-value"}


@pytest.mark.parametrize("name", ["佐藤\x00花子", "佐藤\u202e花子", "x" * 101])
def test_names_hold_neither_controls_nor_more_than_fits(name: str) -> None:
    assert set(bad(body(administrator=administrator(name=name)))) == {"/administrator/name"}


def test_a_change_names_only_what_was_sent() -> None:
    assert TermChanges.model_validate({"site": None, "extensionIds": []}).changes() == {
        "site": None,
        "extension_ids": (),
    }
    assert TermChanges.model_validate({}).changes() == {}
