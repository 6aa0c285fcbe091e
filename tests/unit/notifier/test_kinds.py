"""Which mails a person may refuse."""

from itertools import chain, combinations

import pytest

from services.notifier.domain.events import Template
from services.notifier.domain.kinds import KIND_OF, Kind, is_wanted

CHOICES = list(chain.from_iterable(combinations(Kind, n) for n in range(len(Kind) + 1)))


@pytest.mark.parametrize("refused", CHOICES, ids=lambda kinds: "+".join(kinds) or "none")
@pytest.mark.parametrize("kind", Kind)
def test_n11_a_kind_that_was_refused_is_not_wanted_unless_it_is_about_security(
    kind: Kind, refused: tuple[Kind, ...]
) -> None:
    assert is_wanted(kind, refused) is (kind is Kind.SECURITY or kind not in refused)


@pytest.mark.parametrize("template", Template)
def test_n11_nobody_can_refuse_what_is_mailed_about_the_way_in(template: Template) -> None:
    assert is_wanted(KIND_OF[template], list(Kind))
