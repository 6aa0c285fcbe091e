"""A contract for import-linter that says what may be imported, where its own only say what may not."""

import sys
from collections.abc import Iterable
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import Module

IMPURE = frozenset({"asyncio", "io", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time"})
"""The standard library's clocks, dice and doors to the world."""


class OnlyContract(Contract):
    """Modules import themselves, the pure part of the standard library, what is allowed, and nothing else."""

    source_modules: Any = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules: Any = fields.SetField(subfield=fields.StringField(), required=False, default=frozenset())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import of every source module."""
        _ = verbose
        wrong = [
            (importer, imported)
            for source in sorted(one.name for one in self._sources(graph))
            for importer in sorted({source, *graph.find_descendants(source)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._may(source, imported)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which imports are wrong."""
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} must not import {imported}")

    def _sources(self, graph: ImportGraph) -> Iterable[Module]:
        found = list(module_expressions_to_modules(graph, self.source_modules))
        if not found:
            raise ValueError(f"no module is like {', '.join(str(one) for one in self.source_modules)}")
        return found

    def _may(self, source: str, imported: str) -> bool:
        if any(f"{imported}.".startswith(f"{name}.") for name in (source, *self.allowed_modules)):
            return True
        top = imported.partition(".")[0]
        return top in sys.stdlib_module_names and top not in IMPURE
