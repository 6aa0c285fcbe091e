"""What every contestant appends: the same bytes, to streams of the same length."""

import json
from typing import Any

DATA: dict[str, Any] = {
    "contractId": "0198f0c2-7d51-7c3e-9a55-3f3c1a2b4d5e",
    "serviceStatus": "NORMAL",
    "at": "2026-01-15T09:30:00.000000Z",
}
"""The fields of a contract's new service status, the most usual fact there is."""

PAYLOAD = json.dumps(DATA, separators=(",", ":")).encode()
STREAM_LENGTH = 10
"""How many appends go to a stream before the writer begins another."""
