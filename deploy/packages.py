"""Finds the files inside an installed package without running any of its code."""

from importlib.util import find_spec
from pathlib import Path

from deploy.part import PartFailed


def package_folder(name: str) -> Path:
    """Return where package *name* is installed. Raises: PartFailed when it is not."""
    found = find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise PartFailed(f"The Python package {name} is not installed; `make up` installs it")
    return Path(next(iter(found.submodule_search_locations)))
