"""The first journey over the public API: from an application form to a dashboard, on, and out. `make journey`."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pyotp
from onward import browser, settings_page

OFFSET = int(os.environ.get("PORTAL_PORT_OFFSET") or 0)
PORTAL = os.environ.get("PORTAL_PUBLIC_URL") or f"http://localhost:{8080 + OFFSET}"
MAILBOX = os.environ.get("PORTAL_MAILBOX_URL") or f"http://localhost:{8025 + OFFSET}"
SECRETS = Path(__file__).parents[1] / (
    os.environ.get("PORTAL_SECRETS_DIR") or f"{os.environ.get('PORTAL_STATE') or '.portal'}/secrets"
)
PATIENCE, TOTP_STEP, LATE = 30, 30, 3
RUN = uuid4().int
PERSON = {"name": "高橋 美咲", "email": f"misaki-{RUN:032x}@example.jp", "phoneNumber": "03-5550-9876"}
WHO_I_AM = {"email": PERSON["email"], "name": PERSON["name"], "contactPhoneNumber": PERSON["phoneNumber"]}
PASSWORD = f"{RUN:x}"[:16]
NUMBERS = [f"N{RUN % 10**8:08}{n}" for n in (1, 2)]
FORM: dict[str, Any] = {
    "applicationNumber": f"A-{RUN:x}",
    "customer": {"companyName": "あおば電機株式会社", "customerNumber": f"C{RUN % 10**10:010}"},
    "administrator": {**PERSON, "mailLanguage": "ja", "timezone": "Asia/Tokyo", "secondFactor": "TOTP"},
    "contracts": [{"contractNumber": one, "serviceName": "smart-pbx", "site": "仙台本社"} for one in NUMBERS],
}


def call(client: httpx.Client, method: str, path: str, **more: Any) -> Any:
    """Ask the portal and return what it says, or end with its reason."""
    headers = {"Idempotency-Key": str(uuid4()), **more.pop("headers", {})}
    answer = client.request(method, f"{PORTAL}/api/v1{path}", headers=headers, **more)
    if answer.is_error:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


@contextmanager
def step(words: str) -> Iterator[None]:
    """Print what is done, and how long it took."""
    began = time.perf_counter()
    yield
    print(f"{(time.perf_counter() - began) * 1000:8.0f} ms  {words}", flush=True)


def until(look: Callable[[], Any], what: str) -> Any:
    """Look again and again until there is something."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        time.sleep(0.02) if time.monotonic() < end else sys.exit(f"{what} within {PATIENCE} s")
    return found


def mailed_token(client: httpx.Client) -> str | None:
    """Return the token of the link in the person's mail, once it is there."""
    found = client.get(f"{MAILBOX}/api/v1/search", params={"query": f"to:{PERSON['email']}"}).json()["messages"]
    text = client.get(f"{MAILBOX}/api/v1/message/{found[0]['ID']}").json()["Text"] if found else ""
    return link[1] if (link := re.search(rf"{re.escape(PORTAL)}/activate/(\S+)", text)) else None


def main(client: httpx.Client, site: httpx.Client) -> None:
    """Walk the whole way."""
    with step("the back office gets a token"):
        asked = {"grant_type": "client_credentials", "scope": "applications:write contracts:write"}
        basic = ("operator", (SECRETS / "operator.secret").read_text().strip())
        bearer = call(client, "POST", "/oauth/token", data=asked, auth=basic)["access_token"]
        operator = {"Authorization": f"Bearer {bearer}"}
    with step(f"hands in the application {FORM['applicationNumber']}"):
        receipt = call(client, "POST", "/applications", json=FORM, headers=operator)
    with step("the activation mail is in the mailbox"):
        token = {"token": until(lambda: mailed_token(client), "No mail came")}
    with step("the person confirms who they are"):
        call(client, "POST", "/activation/confirmation", json={**token, **WHO_I_AM})
    with step("sets a password"):
        call(client, "POST", "/activation/password", json={**token, "password": PASSWORD})
    with step("and scans the code of the authenticator app"):
        app = pyotp.TOTP(call(client, "POST", "/activation/totp", json=token)["secret"])
        # A code works once. The one of the step before still counts, and leaves that of now for the login.
        time.sleep(left if (left := TOTP_STEP - time.time() % TOTP_STEP) < LATE else 0)
        call(client, "POST", "/activation/totp-confirmation", json={**token, "code": app.at(time.time() - TOTP_STEP)})
    with step("logs in with the password"):
        call(client, "POST", "/login", json={"userId": PERSON["email"], "password": PASSWORD})
    with step("and a fresh code of the app"):
        csrf = {"X-CSRF-Token": call(client, "POST", "/login/code", json={"code": app.now()})["csrfToken"]}
    with step("the dashboard shows both contracts"):
        until(lambda: len(call(client, "GET", "/dashboard")["contracts"]) == len(NUMBERS), "They are not there")
    with client.stream("GET", f"{PORTAL}/api/v1/events") as stream:
        next(lines := stream.iter_lines())
        with step("a fault of the service shows on the open dashboard"):
            path = f"/operator/contracts/{receipt['contractIds'][0]}/service-status"
            call(client, "PUT", path, json={"serviceStatus": "ABNORMAL"}, headers=operator)
            next((line for line in lines if '"ABNORMAL"' in line), None) or sys.exit("The stream of changes ended")
    with step("the settings site opens without a second login"):
        page = settings_page(client, site, f"{PORTAL}/hop/{receipt['contractIds'][0]}")
    with step("logs out"):
        call(client, "DELETE", "/session", headers=csrf)
        client.get(f"{PORTAL}/api/v1/session").is_error or sys.exit("The session still works")
    with step("and is out at the settings site"):
        until(lambda: site.get(page).status_code == httpx.codes.UNAUTHORIZED, "The settings site did not hear of it")


if __name__ == "__main__":
    try:
        with step("the first journey"), browser(PATIENCE) as portal, browser(PATIENCE) as settings_site:
            main(portal, settings_site)
    except (httpx.HTTPError, OSError) as trouble:
        sys.exit(f"{PORTAL} or {MAILBOX}: {trouble}. Does it run? `make up` starts it")
