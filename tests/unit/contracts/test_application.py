"""An application form is received once."""

from dataclasses import replace

from kernel.testing import given
from services.contracts.domain.application import application
from services.contracts.domain.errors import ApplicationDiffers
from tests.unit.contracts.samples import OPENED, RECEIVE, RECEIVED, SECOND, TENANT


def test_s44_a_form_opens_a_tenant() -> None:
    given(application).when(RECEIVE).then(RECEIVED, OPENED)


def test_s44_the_same_form_again_changes_nothing_though_it_comes_with_other_ids() -> None:
    again = replace(RECEIVE, application_id=SECOND, tenant_id=SECOND)
    given(application, RECEIVED, OPENED).when(again).then_nothing()


def test_another_form_of_the_same_number_is_refused() -> None:
    given(application, RECEIVED, OPENED).when(replace(RECEIVE, fingerprint="f2")).refused(ApplicationDiffers)


def test_the_ids_are_those_of_the_first_form() -> None:
    state = application.fold([RECEIVED, OPENED])
    assert state is not None
    assert (state.tenant_id, len(state.contract_ids)) == (TENANT, 2)
