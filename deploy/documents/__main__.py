"""Writes docs/ from the code, or with --check says what is not as the code is: `make docs`, `make check`."""

import argparse
import sys
from pathlib import Path

from deploy.documents.facts import facts
from deploy.documents.standard import CheckerMissing, breaches
from deploy.documents.writing import DOCS, broken, differing, documents, write
from deploy.places import PROJECT


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; 0 when all is well."""
    parser = argparse.ArgumentParser(prog="python -m deploy.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a document is not up to date")
    asked = parser.parse_args(arguments)
    if reasons := broken(PROJECT, facts()):
        print("A version of a fact must stay as it is:", *reasons, sep="\n  ")
        return 1
    made = documents()
    stale = differing(PROJECT, made)
    if asked.check:
        if stale:
            print("Not up to date, run `make docs`:", *stale, sep="\n  ")
        return 1 if stale or not _is_as_the_standard_says(PROJECT / DOCS / "asyncapi.json") else 0
    write(PROJECT, made)
    print(f"{len(stale)} of {len(made)} documents changed", *stale, sep="\n  ")
    return 0


def _is_as_the_standard_says(document: Path) -> bool:
    try:
        found = breaches(document)
    except CheckerMissing as missing:
        found = [str(missing)]
    if found:
        print(f"{document.name} is not as AsyncAPI says:", *found, sep="\n  ")
    return not found


if __name__ == "__main__":
    sys.exit(main())
