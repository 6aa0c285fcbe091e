"""A contract is in force until it is terminated."""

from dataclasses import asdict, fields, replace

import pytest

from kernel.testing import given
from services.contracts.domain.commands import (
    ActivateContract,
    Amendment,
    ChangeContract,
    ChangeServiceStatus,
    TerminateContract,
)
from services.contracts.domain.contract import contract
from services.contracts.domain.errors import ContractNotInForce, ContractUnknown
from services.contracts.domain.events import (
    ContractChanged,
    ContractEvent,
    ContractTerminated,
    ServiceStatus,
    ServiceStatusChanged,
)
from services.contracts.domain.form import TermChanges, Terms
from tests.unit.contracts.samples import ACTIVATED, AT, FIRST, ORDERS

ACTIVATE = ActivateContract(order=ORDERS[0], at=AT)
MOVE = ChangeContract(contract_id=FIRST, changes={"site": "大阪支社", "channels": None}, at=AT)
MOVED = ContractChanged(contract_id=FIRST, site="大阪支社", extension_ids=("101", "102"), at=AT)
WARN = ChangeServiceStatus(contract_id=FIRST, service_status=ServiceStatus.WARNING, at=AT)
WARNED = ServiceStatusChanged(contract_id=FIRST, service_status=ServiceStatus.WARNING, at=AT)
TERMINATE = TerminateContract(contract_id=FIRST, at=AT)
TERMINATED = ContractTerminated(contract_id=FIRST, at=AT)


def test_an_ordered_contract_comes_into_force_with_everything_the_form_says() -> None:
    given(contract).when(ACTIVATE).then(ACTIVATED)
    assert asdict(ORDERS[0]).items() <= asdict(ACTIVATED).items()


@pytest.mark.parametrize("past", [(ACTIVATED,), (ACTIVATED, TERMINATED)])
def test_a_contract_comes_into_force_only_once(past: tuple[ContractEvent, ...]) -> None:
    given(contract, *past).when(ACTIVATE).then_nothing()


def test_a_change_says_all_terms_and_keeps_those_it_does_not_name() -> None:
    given(contract, ACTIVATED).when(MOVE).then(MOVED)


def test_a_change_to_what_is_so_already_changes_nothing() -> None:
    given(contract, ACTIVATED, MOVED).when(MOVE).then_nothing()


def test_a_second_change_starts_from_the_first() -> None:
    more = ChangeContract(contract_id=FIRST, changes={"options": ("録音",)}, at=AT)
    given(contract, ACTIVATED, MOVED).when(more).then(replace(MOVED, options=("録音",)))


def test_every_term_can_be_changed() -> None:
    assert set(TermChanges.__annotations__) == {term.name for term in fields(Terms)}


def test_s40_a_service_status_changes_once() -> None:
    given(contract, ACTIVATED).when(WARN).then(WARNED)
    given(contract, ACTIVATED, WARNED).when(WARN).then_nothing()


def test_a_change_of_terms_leaves_the_service_status_alone() -> None:
    given(contract, ACTIVATED, WARNED, MOVED).when(WARN).then_nothing()


def test_a_contract_is_terminated() -> None:
    given(contract, ACTIVATED).when(TERMINATE).then(TERMINATED)


@pytest.mark.parametrize("asked", [MOVE, WARN, TERMINATE])
def test_nothing_can_be_asked_of_a_contract_that_never_was(asked: Amendment) -> None:
    given(contract).when(asked).refused(ContractUnknown)


@pytest.mark.parametrize("asked", [MOVE, WARN, TERMINATE])
def test_nothing_can_be_asked_of_a_contract_that_ended(asked: Amendment) -> None:
    given(contract, ACTIVATED, TERMINATED).when(asked).refused(ContractNotInForce)
