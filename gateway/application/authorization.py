"""What a settings site asks for at the authorization endpoint, read strictly. Next stop: hop.py.

See: OpenID Connect Core 1.0, section 3.1.2; RFC 7636; RFC 9207; RFC 9700.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from gateway.application.sites import Site, Sites
from kernel.domain.errors import Invalid

SCOPES = ("openid", "profile", "email", "contract")
"""What may be asked for; others are passed over. `contract` tells of the contract and its company."""
PROMPTS = ("none", "login", "consent", "select_account")
NOT_TAKEN = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}
LONGEST = 2000
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBER = re.compile(r"[0-9]{1,9}")


class AuthorizationRefused(Invalid):
    """Nobody is sent anywhere: the site is unknown, or the address to come back to is not one of its own."""

    code = "authorization-refused"


class SentBack(Exception):
    """The site is told what is wrong with its wish, at its own address."""

    def __init__(self, error: str, why: str, redirect_uri: str, state: str | None) -> None:
        super().__init__(why)
        self.error = error
        self.why = why
        self.redirect_uri = redirect_uri
        self.state = state

    def address(self, issuer: str) -> str:
        """Return where the browser goes."""
        told = {"error": self.error, "error_description": str(self), "iss": issuer}
        return back(self.redirect_uri, told, self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish that can be granted to the right person."""

    site: Site
    redirect_uri: str
    scope: str
    state: str | None
    nonce: str | None
    challenge: str
    silent: bool
    """Whether no page may be shown."""
    anew: bool
    """Whether the person must log in again, whoever is in."""
    max_age: int | None
    """Seconds that the login may be old."""
    contract_id: UUID | None
    hint: str | None
    """An ID token of the person whom the site expects; nobody else will do."""

    def refused(self, error: str, why: str) -> SentBack:
        """Return the refusal of this wish."""
        return SentBack(error, why, self.redirect_uri, self.state)

    def granted(self, code: str, issuer: str) -> str:
        """Return where the browser goes with a code."""
        return back(self.redirect_uri, {"code": code, "iss": issuer}, self.state)


def read(pairs: Iterable[tuple[str, str]], sites: Sites) -> Wish:
    """Return what is asked for. Raises: AuthorizationRefused; SentBack."""
    asked: dict[str, str] = {}
    twice: set[str] = set()
    for name, value in pairs:
        if name in asked:
            twice.add(name)
        elif value:
            # A parameter without a value counts as left out. See: RFC 6749, section 3.1.
            asked[name] = value
    site = sites.known(asked.get("client_id"))
    if site is None or "client_id" in twice:
        raise AuthorizationRefused
    address = asked.get("redirect_uri", "")
    if address not in site.redirect_uris or "redirect_uri" in twice:
        raise AuthorizationRefused
    state = asked.get("state") if "state" not in twice else None
    problem = _problem(asked, twice)
    if problem is not None:
        raise SentBack(*problem, address, state)
    prompts = set(asked.get("prompt", "").split())
    max_age = int(asked["max_age"]) if "max_age" in asked else None
    return Wish(
        site=site,
        redirect_uri=address,
        scope=" ".join(scope for scope in SCOPES if scope in asked["scope"].split()),
        state=state,
        nonce=asked.get("nonce"),
        challenge=asked["code_challenge"],
        silent="none" in prompts,
        anew="login" in prompts or max_age == 0,
        max_age=max_age,
        contract_id=_contract(asked.get("login_hint")),
        hint=asked.get("id_token_hint"),
    )


def _problem(asked: Mapping[str, str], twice: set[str]) -> tuple[str, str] | None:
    """Return what is wrong with a wish as a whole, an error and its reason."""
    if twice:
        return "invalid_request", "A parameter was sent twice"
    for name, error in NOT_TAKEN.items():
        if name in asked:
            return error, f"The parameter {name} is not supported"
    if any(len(value) > LONGEST for value in asked.values()):
        return "invalid_request", "A parameter is too long"
    if asked.get("response_type") != "code":
        kind = "unsupported_response_type" if "response_type" in asked else "invalid_request"
        return kind, "response_type must be code"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope", "scope must hold openid"
    wrong = _wrong(asked)
    return ("invalid_request", wrong) if wrong else None


def _wrong(asked: Mapping[str, str]) -> str:
    """Return what is wrong with one of the other parameters; nothing where all are right."""
    prompts = asked.get("prompt", "").split()
    rules = {
        "response_mode must be query": asked.get("response_mode", "query") == "query",
        "code_challenge_method must be S256": asked.get("code_challenge_method") == "S256",
        "code_challenge must be the hash of a verifier": _CHALLENGE.fullmatch(asked.get("code_challenge", "")),
        "prompt is not one that is supported": all(prompt in PROMPTS for prompt in prompts),
        "prompt none goes with no other": "none" not in prompts or len(prompts) == 1,
        "max_age must be a number of seconds": _NUMBER.fullmatch(asked.get("max_age", "0")),
    }
    return next((rule for rule, holds in rules.items() if not holds), "")


def _contract(hint: str | None) -> UUID | None:
    """Return the contract that a hint names; one that names none is no hint."""
    try:
        return UUID(hint) if hint else None
    except ValueError:
        return None


def back(address: str, told: Mapping[str, str], state: str | None) -> str:
    """Return an address of a site with what it is told; a query of its own stays."""
    query = urlencode({**told, **({"state": state} if state is not None else {})})
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}"
