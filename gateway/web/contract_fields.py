"""A contract's fields as people read them. Next: services/history.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.web.fields import Labels, Values, shown
from gateway.web.words import Words

CONTRACT_LABELS: Labels = {
    "life": "contract.life",
    "serviceStatus": "contract.status",
    "optionType": "contract.option-type",
    "distinguishName": "contract.name",
    "site": "contract.site",
    "vpnGroupId": "contract.vpn",
    "extensionIds": "contract.extensions",
    "externalNumbers": "contract.external-numbers",
    "channels": "contract.channels",
    "options": "contract.options",
    "memo": "contract.memo",
}
"""The words that name a field, by its name in the API."""

CONTRACT_VALUES: Values = {"life": "contract.life.", "serviceStatus": "status."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as people read it."""

    label: str
    value: str


def fields(words: Words, says: Mapping[str, str | None]) -> Sequence[Field]:
    """Return what a contract said, field by field."""
    return [
        Field(label=words(CONTRACT_LABELS[name]), value=shown(words, name, says[name], CONTRACT_VALUES))
        for name in CONTRACT_LABELS
        if name in says
    ]
