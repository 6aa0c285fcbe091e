"""The OpenID provider as programs meet it: what there is, keys, tokens, who is there. Next: application/relying.py.

See: OpenID Connect Discovery 1.0; RFC 8414; RFC 6749, section 5; OpenID Shared Signals Framework 1.0, section 7.
"""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from gateway.application.authorization import PROMPTS, SCOPES
from gateway.application.door import AskedHere, Use
from gateway.application.relying import OAuthRefusal
from kernel.domain.errors import PortalError, TooManyTries, Unavailable

router = APIRouter(include_in_schema=False)

SIGNED_BY = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
FORM = "application/x-www-form-urlencoded"


def described(issuer: str) -> dict[str, Any]:
    """Return what the provider says of itself."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "end_session_endpoint": f"{issuer}/oauth/logout",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(SIGNED_BY),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": list(PROMPTS),
        "claims_supported": [
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "at_hash", "contract_id"),
            *("name", "locale", "zoneinfo", "email", "email_verified", "contract", "company"),
        ],
        "ui_locales_supported": ["ja", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


@router.get("/.well-known/openid-configuration")
@router.get("/.well-known/oauth-authorization-server")
async def discovery(use: Use) -> JSONResponse:
    """Say what the provider can do and where."""
    return JSONResponse(described(use.hop.issuer))


@router.get("/.well-known/ssf-configuration")
async def transmitter(use: Use) -> JSONResponse:
    """Say how events are sent; to whom stands in the sites' files."""
    issuer = use.hop.issuer
    return JSONResponse(
        {
            "spec_version": "1_0",
            "issuer": issuer,
            "jwks_uri": f"{issuer}/oauth/jwks",
            "delivery_methods_supported": ["urn:ietf:rfc:8935"],
        }
    )


@router.get("/oauth/jwks")
async def keys(use: Use) -> JSONResponse:
    """Give the public keys that sign now, soon or did lately."""
    return JSONResponse({"keys": [dict(key) for key in await use.hop.provider.keys()]})


@router.post("/oauth/token")
async def token(request: Request, use: Use, asked: AskedHere) -> Response:
    """Turn a code into tokens, once."""
    try:
        tokens = await use.relying.tokens(await _form(request), request.headers.get("authorization", ""), asked)
    except OAuthRefusal as refusal:
        return _refused(refusal, use.hop.issuer)
    except TooManyTries as busy:
        return _come_back(429, busy)
    except Unavailable as away:
        return _come_back(503, away)
    return JSONResponse(
        {
            "access_token": tokens.access_token,
            "token_type": "Bearer",
            "expires_in": tokens.expires_in,
            "scope": tokens.grant.scope,
            "id_token": tokens.id_token,
        },
        headers={"Pragma": "no-cache"},
    )


@router.api_route("/oauth/userinfo", methods=["GET", "POST"])
async def userinfo(request: Request, use: Use, asked: AskedHere) -> Response:
    """Say who is there, as long as they may be. See: OpenID Connect Core 1.0, section 5.3."""
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    try:
        return JSONResponse(await use.relying.who(shown.strip() if kind.lower() == "bearer" else "", asked))
    except OAuthRefusal as refusal:
        return _refused(refusal, use.hop.issuer)


async def _form(request: Request) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").startswith(FORM):
        raise OAuthRefusal("invalid_request", f"The body must be {FORM}")
    return [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]


def _come_back(status: int, reason: PortalError) -> JSONResponse:
    wait = {"Retry-After": str(reason.extra.get("retry_after", 1))}
    return JSONResponse({"error": "temporarily_unavailable"}, status, headers=wait)


def _refused(refusal: OAuthRefusal, realm: str) -> JSONResponse:
    told = {"error": refusal.error} if refusal.error else {}
    if str(refusal):
        told["error_description"] = str(refusal)
    if not refusal.challenge:
        return JSONResponse(told, 401 if refusal.error == "invalid_client" else 400)
    said = "".join(f', {name}="{value}"' for name, value in told.items() if refusal.challenge == "Bearer")
    return JSONResponse(told, 401, headers={"WWW-Authenticate": f'{refusal.challenge} realm="{realm}"{said}'})
