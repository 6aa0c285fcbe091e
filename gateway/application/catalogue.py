"""The catalogue of facts: who records them, who reads them, how they look. Next stop: adapters/catalogue.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.application import policy
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.domain.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class FactField:
    """A member of a fact's JSON; of one within another by the way that leads there."""

    name: str
    kind: str
    required: bool
    personal: bool
    """Whether it is sealed with a key of the person's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedFact:
    """One version of a fact."""

    type: str
    title: str
    meaning: str
    """As the code says it, in English."""
    meanings: Mapping[str, str]
    """The same in other languages."""
    service: str
    topic: str | None
    """None for one that never leaves its service."""
    readers: Sequence[str]
    fields: Sequence[FactField]
    schema: str
    """JSON Schema, as text."""
    sample: str
    """JSON, as it lies in the log; made up."""

    def meaning_in(self, language: str) -> str:
        """Return what became true, in a sentence or two."""
        return self.meanings.get(language, self.meaning)


@dataclass(frozen=True, slots=True)
class CatalogueJourney:
    """Shows operators what facts there are. Raises, everywhere: Denied for who is no operator."""

    facts: Sequence[CataloguedFact]
    _by_type: Mapping[str, CataloguedFact] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_type", {one.type: one for one in self.facts})

    def by_service(self, viewer: Viewer) -> Mapping[str, Sequence[CataloguedFact]]:
        """Return all facts, by the service that records them."""
        policy.demand(viewer, Operation.OPS_CATALOGUE)
        found: dict[str, list[CataloguedFact]] = {}
        for one in self.facts:
            found.setdefault(one.service, []).append(one)
        return found

    def one(self, viewer: Viewer, name: str) -> CataloguedFact:
        """Return one fact. Raises: NotFound."""
        policy.demand(viewer, Operation.OPS_FACT)
        if name not in self._by_type:
            raise NotFound("no service records such a fact")
        return self._by_type[name]
