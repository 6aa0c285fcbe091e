"""What settings sites themselves ask for: tokens for a code, and who is there. Next stop: clients/sites.py."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from gateway.application import session_rules as rules
from gateway.application.access import Action
from gateway.application.asked import Asked
from gateway.application.board_ports import Boards
from gateway.application.ports import Limits, Opener
from gateway.application.site_ports import Grant, Provider, Redemption, Tokens
from gateway.application.sites import Sites
from gateway.projections.contract_board import ContractRow
from gateway.projections.person import ACTIVE, PersonRow
from kernel.domain.errors import PortalError, Refused, Unauthenticated

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT_TYPE = "authorization_code"


class OAuthRefusal(Exception):
    """Why a site does not get what it asks for, in the words of RFC 6749, section 5.2, or RFC 6750, section 3.1."""

    def __init__(self, error: str, why: str = "", *, challenge: str = "") -> None:
        super().__init__(why)
        self.error = error
        self.challenge = challenge
        """The scheme that the site should have used; empty where that is not the trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingJourney:
    """Answers sites; what the person may do is looked up each time, never taken from the code."""

    boards: Boards
    opener: Opener
    provider: Provider
    sites: Sites
    limits: Limits

    async def tokens(self, pairs: Iterable[tuple[str, str]], authorization: str, asked: Asked) -> Tokens:
        """Return tokens for a code. Raises: OAuthRefusal; TooManyTries; Unavailable."""
        # A site is one address for all of its people: the limit is for who guesses secrets or codes.
        await self.limits.count("site", asked.client_ip)
        shown = _redemption(pairs, authorization)
        try:
            tokens = await self.provider.redeem(shown, asked)
        except Unauthenticated:
            raise OAuthRefusal("invalid_client", challenge="Basic") from None
        except Refused:
            raise OAuthRefusal("invalid_grant", "The code counts no more") from None
        if await self._there(tokens.grant) is None:
            # What was permitted when the code was issued may have been withdrawn since.
            await self.provider.revoke(tokens.grant.grant_id, asked)
            raise OAuthRefusal("invalid_grant", "The code counts no more")
        return tokens

    async def who(self, token: str, asked: Asked) -> Mapping[str, Any]:
        """Return who is there and for which contract. Raises: OAuthRefusal; Unavailable."""
        if not token:
            raise OAuthRefusal("", challenge="Bearer")
        try:
            grant = await self.provider.look(token, asked)
        except PortalError as error:
            if isinstance(error, Unauthenticated):
                raise OAuthRefusal("invalid_token", "The token counts no more", challenge="Bearer") from None
            raise
        there = await self._there(grant)
        if there is None:
            raise OAuthRefusal("invalid_token", "The token counts no more", challenge="Bearer")
        return await self._claims(grant, *there)

    async def _there(self, grant: Grant) -> tuple[PersonRow, ContractRow] | None:
        """Return person and contract while the person may change its settings on that site."""
        site = self.sites.known(grant.client_id)
        standing = await self.boards.standing(grant.tenant_id, grant.user_id, grant.session_id)
        row = await self.boards.contract(grant.contract_id)
        person = standing.person
        if site is None or person is None or row is None:
            return None
        if person.status != ACTIVE or person.tenant_id != grant.tenant_id or row.tenant_id != grant.tenant_id:
            return None
        access = rules.access_in(standing.groups, grant.tenant_id)
        sees = access.sees(row.service_name, row.contract_id)
        sets = access.allows(Action.CONFIGURE, row.service_name, row.contract_id)
        return (person, row) if sees and sets and row.service_name in site.services else None

    async def _claims(self, grant: Grant, person: PersonRow, row: ContractRow) -> Mapping[str, Any]:
        scopes = grant.scope.split()
        claims: dict[str, Any] = {"sub": str(grant.user_id)}
        name, email = await self.opener.open([person.name, person.email])
        if "profile" in scopes:
            claims |= {"name": name or "", "zoneinfo": person.timezone}
            if person.screen_language:
                claims["locale"] = person.screen_language
        if "email" in scopes and email:
            # The person used a link that was mailed there.
            claims |= {"email": email, "email_verified": True}
        if "contract" in scopes:
            tenant = await self.boards.tenant(grant.tenant_id)
            claims["contract"] = {
                "id": str(row.contract_id),
                "number": row.contract_number,
                "service": row.service_name,
                "name": row.distinguish_name,
                "site": row.site,
                "external_numbers": list(row.external_numbers),
                "extension_ids": list(row.extension_ids),
            }
            claims["company"] = {"id": str(grant.tenant_id), "name": tenant.company_name if tenant else ""}
        return claims


def _redemption(pairs: Iterable[tuple[str, str]], authorization: str) -> Redemption:
    asked: dict[str, str] = {}
    for name, value in pairs:
        if name in asked:
            raise OAuthRefusal("invalid_request", "A parameter was sent twice")
        if value:
            asked[name] = value
    client_id, secret, assertion = _proof(asked, authorization)
    if asked.get("grant_type") != GRANT_TYPE:
        kind = "unsupported_grant_type" if "grant_type" in asked else "invalid_request"
        raise OAuthRefusal(kind, f"grant_type must be {GRANT_TYPE}")
    missing = [name for name in ("code", "redirect_uri", "code_verifier") if name not in asked]
    if missing:
        raise OAuthRefusal("invalid_request", f"Missing: {', '.join(missing)}")
    return Redemption(
        client_id=client_id,
        client_secret=secret,
        client_assertion=assertion,
        code=asked["code"],
        redirect_uri=asked["redirect_uri"],
        code_verifier=asked["code_verifier"],
    )


def _proof(asked: Mapping[str, str], authorization: str) -> tuple[str, str | None, str | None]:
    """Return client id, secret and assertion. Raises: OAuthRefusal, also for more than one proof."""
    assertion = asked.get("client_assertion")
    if authorization and (assertion or "client_secret" in asked):
        raise OAuthRefusal("invalid_request", "More than one way to show who the client is")
    if authorization:
        client_id, secret = _basic(authorization)
        if asked.get("client_id", client_id) != client_id:
            raise OAuthRefusal("invalid_request", "client_id is another one")
        return client_id, secret, None
    if assertion and asked.get("client_assertion_type") == ASSERTION:
        return asked.get("client_id") or _claimed(assertion), None, assertion
    raise OAuthRefusal("invalid_client", "A client shows who it is", challenge="Basic")


def _basic(authorization: str) -> tuple[str, str]:
    """Return id and secret, each form-encoded inside. See: RFC 6749, section 2.3.1."""
    kind, _, text = authorization.partition(" ")
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise OAuthRefusal("invalid_client", challenge="Basic") from None
    if kind.lower() != "basic" or not colon or not name:
        raise OAuthRefusal("invalid_client", challenge="Basic")
    return unquote_plus(name), unquote_plus(secret)


def _claimed(assertion: str) -> str:
    """Return whose assertion it says to be; whether that is true is seen by its signature, with that client's keys."""
    try:
        body = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return str(claims["sub"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise OAuthRefusal("invalid_client") from None
