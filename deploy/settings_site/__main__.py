"""Runs the site: `python -m deploy.settings_site --help`. It knows the portal by its issuer, and a key of its own."""

import argparse
import hmac
import json
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response

from deploy.settings_site.database import open_database
from deploy.settings_site.frame import Dressed, Pages
from deploy.settings_site.logins import Logins
from deploy.settings_site.pages import SettingPages
from deploy.settings_site.portal import Portal
from deploy.settings_site.settings import Settings
from deploy.settings_site.visits import Visits

VERSION = "1.0"
LOGIN_SECONDS = 15 * 60


def application(
    *, url: str, issuer: str, client_id: str, key_file: Path, database: Path, names: Sequence[str] = ("127.0.0.1",)
) -> Starlette:
    """Return the site, which answers under its own host and under *names*."""
    key = json.loads(key_file.read_text())
    rows, pages = open_database(database), Pages(issuer)
    visits, settings = Visits(rows), Settings(rows)
    logins = Logins(Portal(issuer, client_id, key), visits, settings, pages, url)

    async def missing(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        return pages.told(request, "missing", HTTPStatus(status))

    # What waits in a browser for its login is signed with a secret of this site's own.
    secret = hmac.digest(key["d"].encode(), b"logins that are under way", sha256).hex()
    return Starlette(
        routes=[*logins.routes(), *SettingPages(logins, settings, pages, VERSION).routes()],
        exception_handlers={HTTPException: missing},
        middleware=[
            Middleware(Dressed, portal_url=issuer),
            Middleware(TrustedHostMiddleware, allowed_hosts=[urlsplit(url).hostname or "", *names]),
            Middleware(
                SessionMiddleware,
                secret_key=secret,
                session_cookie="__Host-settings-login",
                max_age=LOGIN_SECONDS,
                same_site="lax",
                https_only=True,
            ),
        ],
    )


def _main() -> None:
    words = argparse.ArgumentParser(description="A stand-in for the site on which contracts are set.")
    words.add_argument("--http", type=int, required=True)
    words.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    words.add_argument("--name", action="append", default=["127.0.0.1"], help="a host that the portal calls it by")
    words.add_argument("--url", required=True, help="where people reach this site")
    words.add_argument("--issuer", required=True, help="the portal")
    words.add_argument("--client-id", default="settings-site")
    words.add_argument("--key", type=Path, required=True, help="the site's private key, as JWK")
    words.add_argument("--database", type=Path, required=True)
    asked = words.parse_args()
    app = application(
        url=asked.url,
        issuer=asked.issuer,
        client_id=asked.client_id,
        key_file=asked.key,
        database=asked.database,
        names=asked.name,
    )
    print(f"the settings site is at {asked.url}", flush=True)
    uvicorn.run(app, host=asked.host, port=asked.http, access_log=False, timeout_graceful_shutdown=2)


if __name__ == "__main__":
    _main()
