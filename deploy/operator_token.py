"""Gets a token as the back office does: OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

import base64
import getpass
import json
import urllib.parse
import urllib.request

from deploy.plan import Plan
from deploy.secret_files import OPERATOR
from kernel.adapters.http.tokens import Signer

CLIENT = "operator"


def operator_token(plan: Plan, scope: str) -> str:
    """Return an access token for *scope* from the running gateway. Raises: OSError when it does not answer."""
    secret = (plan.places.secrets / OPERATOR).read_text().strip()
    basic = base64.b64encode(f"{CLIENT}:{secret}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{plan.public_url}/api/v1/oauth/token",
        data=urllib.parse.urlencode({"grant_type": "client_credentials", "scope": scope}).encode(),
        headers={"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        return str(json.load(answer)["access_token"])


def service_token(plan: Plan, service: str, scope: str) -> str:
    """Return a token for what operators may ask of one process, signed with their own key; nothing needs to run."""
    key = json.loads((plan.places.secrets / f"{CLIENT}.jwk").read_text())
    return Signer(CLIENT, key).token(service, f"{CLIENT}:{getpass.getuser()}", scope.split())
