"""Identity's two calls for the notifier, as docs/interfaces.md has them, over real HTTP with real tokens."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from kernel.adapters.http.tokens import Verifier
from kernel.adapters.settings import Secrets


@dataclass
class FakeIdentity:
    """Gives a link or code for every id, unless a test has set another answer."""

    secrets: Path
    fetched: Counter[str] = field(default_factory=Counter)
    answer: tuple[int, dict[str, str]] | None = None
    url: str = ""

    async def start(self) -> web.AppRunner:
        verifier = Verifier(Secrets(self.secrets).jwks, "identity", {"notifier": frozenset({"links:fetch"})})

        async def give(request: web.Request) -> web.Response:
            caller = verifier.verify(request.headers["Authorization"].removeprefix("Bearer "))
            assert caller.scopes == {"links:fetch"}
            assert caller.tenant_id is not None
            assert request.headers["Idempotency-Key"]
            self.fetched[request.match_info["id"]] += 1
            if self.answer:
                status, problem = self.answer
                return web.Response(status=status, text=json.dumps(problem), content_type="application/problem+json")
            member = "code" if request.path.endswith("/code") else "token"
            return web.json_response({member: secret_of(request.match_info["id"])})

        app = web.Application()
        app.router.add_post("/activations/{id}/link", give)
        app.router.add_post("/challenges/{id}/code", give)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner


def secret_of(secret_id: str) -> str:
    """Return the link's token or the code that belongs to an id."""
    return f"s3cr3t-{secret_id}"
