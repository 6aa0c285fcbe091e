"""Says without any framework that sessions cannot be known now: everybody asks again at once. Next: quick_dashboard.py.

Whose session it is cannot be known, so it is said in the language of the browser.
"""

import json
from functools import lru_cache

from starlette.types import Send

from gateway.application.problem_words import words
from kernel.adapters.http.problems import answer
from kernel.domain.errors import Unavailable

RETRY_SECONDS = 2


async def refuse(send: Send, language: str) -> None:
    """Answer that nobody can be let in now."""
    start, body = _answer(language)
    await send(start)
    await send(body)


@lru_cache(maxsize=10)
def _answer(language: str) -> tuple[dict[str, object], dict[str, object]]:
    said = answer(Unavailable("sessions cannot be looked up now", retry_after=RETRY_SECONDS))
    title = words(Unavailable.code, language)
    members = json.loads(bytes(said.body)) | ({"title": title} if title else {})
    # One answer for everybody belongs to no trace.
    members.pop("traceId", None)
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    kept = [(name, value) for name, value in said.raw_headers if name != b"content-length"]
    headers = [*kept, (b"content-length", str(len(body)).encode()), (b"content-language", language.encode())]
    start = {"type": "http.response.start", "status": said.status_code, "headers": headers}
    return start, {"type": "http.response.body", "body": body}
