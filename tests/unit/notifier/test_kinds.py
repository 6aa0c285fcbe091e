"""Which mails a person may refuse."""

from itertools import chain, combinations

import pytest

from services.notifier.domain.events import Template
from services.notifier.domain.kinds import KIND_OF, NOTICES, Kind, is_wanted, rank

CHOICES = list(chain.from_iterable(combinations(Kind, n) for n in range(len(Kind) + 1)))


@pytest.mark.parametrize("refused", CHOICES, ids=lambda kinds: "+".join(kinds) or "none")
@pytest.mark.parametrize("kind", Kind)
def test_n11_a_kind_that_was_refused_is_not_wanted_unless_it_is_about_security(
    kind: Kind, refused: tuple[Kind, ...]
) -> None:
    # The mail of the day holds kinds of its own, and is made of those alone that are wanted.
    assert is_wanted(kind, refused) is (kind in {Kind.SECURITY, Kind.DIGEST} or kind not in refused)


@pytest.mark.parametrize("template", [one for one in Template if one not in NOTICES.values()])
def test_n11_nobody_can_refuse_what_is_mailed_about_the_way_in(template: Template) -> None:
    assert is_wanted(KIND_OF[template], list(Kind))


@pytest.mark.parametrize("template", NOTICES.values())
def test_a_code_goes_before_a_fault_and_a_fault_before_the_rest(template: Template) -> None:
    assert rank(Template.MAIL_CODE) < rank(Template.ACTIVATION) < rank(Template.FAULT) <= rank(template)
    assert rank(Template.FAULT) < rank(Template.DIGEST)
