"""What is set for a contract: extensions, the numbers that ring them, call forwarding. Next stop: pages.py."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

RULES = ("ALWAYS", "BUSY", "NO_ANSWER")
"""When a call is forwarded."""
_EXTENSION = re.compile(r"[0-9]{3,6}")
_TARGET = re.compile(r"\+?[0-9-]{3,20}")
LONGEST_NAME = 40
MOST = 500
FIRST_EXTENSIONS = ("1001", "1002", "1003")


class Wrong(Exception):
    """What was typed cannot be set; the message is a key of words.py."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A phone inside."""

    number: str
    name: str
    rule: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """A number that the world dials, and the extension that it rings."""

    number: str
    extension: str | None


class Settings:
    """The settings of all contracts; each call names the contract of the visit, never one from a form."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def open(self, contract_id: str, extensions: Sequence[str], numbers: Sequence[str]) -> None:
        """Begin with what the contract holds; what was set already stays."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            known = self._database.execute("SELECT 1 FROM extension WHERE contract_id = ?", (contract_id,)).fetchone()
            if known is None:
                first = [(contract_id, number, "") for number in extensions or FIRST_EXTENSIONS]
                self._database.executemany("INSERT OR IGNORE INTO extension VALUES (?, ?, ?)", first)
            rows = [(contract_id, number, None) for number in numbers]
            self._database.executemany("INSERT OR IGNORE INTO outside_number VALUES (?, ?, ?)", rows)

    def extensions(self, contract_id: str) -> list[Extension]:
        """Return the extensions with their forwarding, in order."""
        rows = self._database.execute(
            "SELECT e.number, e.name, f.rule, f.target FROM extension e LEFT JOIN forwarding f"
            " ON f.contract_id = e.contract_id AND f.extension = e.number"
            " WHERE e.contract_id = ? ORDER BY length(e.number), e.number",
            (contract_id,),
        )
        return [Extension(*row) for row in rows]

    def numbers(self, contract_id: str) -> list[OutsideNumber]:
        """Return the numbers that the world dials, in order."""
        rows = self._database.execute(
            "SELECT number, extension FROM outside_number WHERE contract_id = ? ORDER BY number", (contract_id,)
        )
        return [OutsideNumber(*row) for row in rows]

    def add_extension(self, contract_id: str, number: str, name: str) -> None:
        """Add an extension, or give one another name. Raises: Wrong."""
        if not _EXTENSION.fullmatch(number):
            raise Wrong("wrong.extension")
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise Wrong("wrong.name")
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            known = {one.number for one in self.extensions(contract_id)}
            if number not in known and len(known) >= MOST:
                raise Wrong("wrong.many")
            self._database.execute(
                "INSERT INTO extension VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name",
                (contract_id, number, name),
            )

    def remove_extension(self, contract_id: str, number: str) -> None:
        """Remove an extension; numbers that rang it ring none, and nothing is forwarded from it."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for statement in (
                "DELETE FROM extension WHERE contract_id = ? AND number = ?",
                "DELETE FROM forwarding WHERE contract_id = ? AND extension = ?",
                "UPDATE outside_number SET extension = NULL WHERE contract_id = ? AND extension = ?",
            ):
                self._database.execute(statement, (contract_id, number))

    def assign(self, contract_id: str, number: str, extension: str) -> None:
        """Have a number ring an extension, or none when that is empty. Raises: Wrong."""
        if extension:
            self._see(contract_id, extension)
        done = self._database.execute(
            "UPDATE outside_number SET extension = ? WHERE contract_id = ? AND number = ?",
            (extension or None, contract_id, number),
        )
        if not done.rowcount:
            raise Wrong("wrong.number")

    def forward(self, contract_id: str, extension: str, rule: str, target: str) -> None:
        """Forward calls to an extension under a rule, or not at all when that is empty. Raises: Wrong."""
        self._see(contract_id, extension)
        if not rule:
            self._database.execute(
                "DELETE FROM forwarding WHERE contract_id = ? AND extension = ?", (contract_id, extension)
            )
            return
        if rule not in RULES or not _TARGET.fullmatch(target):
            raise Wrong("wrong.target")
        self._database.execute(
            "INSERT INTO forwarding VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET rule = excluded.rule, target = excluded.target",
            (contract_id, extension, rule, target),
        )

    def _see(self, contract_id: str, extension: str) -> None:
        if extension not in {one.number for one in self.extensions(contract_id)}:
            raise Wrong("wrong.no-extension")
