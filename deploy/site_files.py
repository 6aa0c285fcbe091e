"""Registers the stand-in as a settings site of the portal: its key, and its file. See: docs/settings-site.md."""

import json
from pathlib import Path

from joserfc.jwk import RSAKey

from deploy.passwords import write_private

CLIENT_ID = "settings-site"
KEY = f"{CLIENT_ID}.jwk"
BITS = 2048


def register_stand_in(secrets: Path, sites: Path, url: str, *, inside: str | None = None) -> None:
    """Make its key once, and write its file for the address of now.

    Browsers go to *url*; the portal itself calls *inside*, where it reaches the site by another address.
    """
    called = inside or url
    key = secrets / KEY
    if not key.exists():
        made = RSAKey.generate_key(BITS, {"kid": CLIENT_ID, "use": "sig", "alg": "RS256"})
        write_private(key, json.dumps(made.as_dict(private=True)).encode())
    public = RSAKey.import_key(json.loads(key.read_text())).as_dict(private=False)
    sites.mkdir(parents=True, exist_ok=True)
    write_private(
        sites / f"{CLIENT_ID}.json",
        json.dumps(
            {
                "client_id": CLIENT_ID,
                "client_name": "Arcstar Smart PBX Web設定変更サイト",
                "client_name#en": "Arcstar Smart PBX settings site",
                "services": ["smart-pbx"],
                "redirect_uris": [f"{url}/callback"],
                "initiate_login_uri": f"{url}/login",
                "post_logout_redirect_uris": [f"{url}/goodbye"],
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": {"keys": [public]},
                "backchannel_logout_uri": f"{called}/backchannel-logout",
                "events_uri": f"{called}/events",
                "health_uri": f"{called}/health/ready",
            },
            ensure_ascii=False,
            indent=1,
        ).encode(),
    )
