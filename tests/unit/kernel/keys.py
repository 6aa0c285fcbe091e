"""Key pairs of token issuers, for tests."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.secret_files import make_secret_files


@cache
def pairs() -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Any]]:
    """Return the private keys by issuer and the set of public ones, as `make up` makes them."""
    with TemporaryDirectory() as folder:
        make_secret_files(Path(folder))
        private = {file.stem: json.loads(file.read_text()) for file in Path(folder).glob("*.jwk")}
        return private, json.loads((Path(folder) / "jwks.json").read_text())
