"""V9: which tokens a service believes, and which it does not."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey

from kernel.adapters.http.tokens import Signer, Verifier
from kernel.domain.errors import Unauthenticated
from tests.unit.kernel.keys import pairs

NOW = 1_800_000_000.0
TENANT = UUID("019abcde-0000-7000-8000-000000000001")
MAY = {"gateway": frozenset({"contracts:write", "applications:write"}), "operator": frozenset({"applications:write"})}
PRIVATE, PUBLIC = pairs()


def verifier(now: float = NOW, audience: str = "contracts") -> Verifier:
    return Verifier(PUBLIC, audience, MAY, lambda: now)


def signer(issuer: str = "gateway") -> Signer:
    return Signer(issuer, PRIVATE[issuer], lambda: NOW)


def forged(header: Mapping[str, Any] | None = None, claims: Mapping[str, Any] | None = None) -> str:
    """Return a token signed by the gateway's true key, with some members other than they should be; None drops one."""
    named = {"alg": "Ed25519", "kid": "gateway", "typ": "at+jwt", **(header or {})}
    said = {
        "iss": "gateway",
        "aud": "contracts",
        "sub": "operator:operator",
        "scope": "contracts:write",
        "iat": int(NOW),
        "nbf": int(NOW),
        "exp": int(NOW) + 60,
        **(claims or {}),
    }
    registry = jws.JWSRegistry(algorithms=["Ed25519"], strict_check_header=False)
    return jws.serialize_compact(
        {name: value for name, value in named.items() if value is not None},
        json.dumps({name: value for name, value in said.items() if value is not None}).encode(),
        OKPKey.import_key(dict(PRIVATE["gateway"])),
        registry=registry,
    )


def refused(token: str, now: float = NOW) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        verifier(now).verify(token)
    assert token not in str(refusal.value)


def test_a_token_says_who_calls_for_whom_and_what_they_may() -> None:
    token = signer().token("contracts", "user:7", ["contracts:write"], tenant_id=TENANT)
    who = verifier().verify(token)
    assert (who.issuer, who.subject, who.tenant_id) == ("gateway", "user:7", TENANT)
    assert who.scopes == {"contracts:write"}


def test_the_token_that_the_other_cases_change_is_itself_believed() -> None:
    assert verifier().verify(forged()).subject == "operator:operator"


def test_two_tokens_are_never_alike() -> None:
    assert signer().token("contracts", "x", []) != signer().token("contracts", "x", [])


def test_v9_an_issuer_gives_no_scope_that_is_not_its_to_give() -> None:
    token = signer("operator").token("contracts", "operator:x", ["contracts:write", "applications:write"])
    assert verifier().verify(token).scopes == {"applications:write"}


def test_v9_an_issuer_unknown_to_this_service_is_not_believed() -> None:
    refused(signer("notifier").token("contracts", "service:notifier", ["contracts:write"]))


def test_v9_a_token_is_for_one_service() -> None:
    refused(signer().token("users", "user:7", ["contracts:write"]))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "EdDSA"},
        {"typ": "JWT"},
        {"typ": None},
        {"kid": None},
        {"kid": "operator"},
        {"kid": "../gateway"},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}},
        {"x5c": ["AAAA"]},
        {"cty": "JWT"},
    ],
)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_v9_a_header_that_is_not_ours_is_refused(header: Mapping[str, Any]) -> None:
    if header.get("alg") == "EdDSA":
        named = {"alg": "EdDSA", "kid": "gateway", "typ": "at+jwt"}
        refused(jwt.encode(named, {"iss": "gateway"}, OKPKey.import_key(dict(PRIVATE["gateway"])), ["EdDSA"]))
    else:
        refused(forged(header))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": None},
        {"iss": "operator"},
        {"iss": ["gateway"]},
        {"aud": None},
        {"aud": "gateway"},
        {"aud": ["contracts", "users"]},
        {"aud": ["contracts"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"scope": None},
        {"scope": ["contracts:write"]},
        {"exp": None},
        {"exp": str(int(NOW) + 60)},
        {"exp": NOW + 60.0},
        {"exp": True},
        {"exp": int(NOW) + 61},
        {"exp": 2**63},
        {"iat": None},
        {"iat": int(NOW) + 30, "exp": int(NOW) + 60},
        {"nbf": None},
        {"nbf": int(NOW) + 6},
        {"tenant": "none"},
        {"tenant": 7},
    ],
)
def test_v9_claims_that_are_not_as_agreed_are_refused(claims: Mapping[str, Any]) -> None:
    refused(forged(claims=claims))


def test_v9_a_token_ends_to_the_second() -> None:
    token = signer().token("contracts", "x", ["contracts:write"])
    assert verifier(NOW + 59.9).verify(token)
    refused(token, NOW + 60)


def test_v9_clocks_may_be_five_seconds_apart() -> None:
    token = signer().token("contracts", "x", ["contracts:write"])
    assert verifier(NOW - 5).verify(token)
    refused(token, NOW - 6)


def test_n9_only_a_token_that_an_issuer_made_for_itself_lives_for_an_hour() -> None:
    token = signer().token("gateway", "operator", ["contracts:write"], seconds=3599)
    assert verifier(NOW + 3598, "gateway").verify(token).subject == "operator"
    refused(signer().token("contracts", "operator", ["contracts:write"], seconds=3599))


def test_v9_a_token_without_a_signature_is_refused() -> None:
    header, payload, signature = forged().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"gateway","typ":"at+jwt"}').decode().rstrip("=")
    for token in (f"{none}.{payload}.", f"{none}.{payload}.{signature}", f"{header}.{payload}."):
        refused(token)


def test_v9_a_public_key_is_no_shared_secret() -> None:
    public = next(key for key in PUBLIC["keys"] if key["kid"] == "gateway")
    secret = OctKey.import_key(base64.urlsafe_b64decode(public["x"] + "=="))
    refused(jwt.encode({"alg": "HS256", "kid": "gateway", "typ": "at+jwt"}, {"iss": "gateway"}, secret, ["HS256"]))


def test_v9_an_rsa_signature_is_refused() -> None:
    key = RSAKey.generate_key(2048)
    refused(jwt.encode({"alg": "RS256", "kid": "gateway", "typ": "at+jwt"}, {"iss": "gateway"}, key, ["RS256"]))


def test_v9_another_issuers_signature_under_this_ones_name_is_refused() -> None:
    header = {"alg": "Ed25519", "kid": "gateway", "typ": "at+jwt"}
    refused(jwt.encode(header, {"iss": "gateway"}, OKPKey.import_key(dict(PRIVATE["operator"])), ["Ed25519"]))


def test_v9_a_changed_claim_breaks_the_signature() -> None:
    header, payload, signature = forged().split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**said, "sub": "operator:other"}).encode()).decode().rstrip("=")
    refused(f"{header}.{changed}.{signature}")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "eyJ", "x" * 100_000, "[].[].[]", "\x00"])
def test_v9_nonsense_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier().verify(token)
