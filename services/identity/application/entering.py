"""From a session of the portal to a settings site: a code, then tokens for it. Next stop: domain/session.py."""

import base64
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import structlog

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.errors import PortalError
from services.identity.application.ports import NewSecret
from services.identity.application.site_claims import ID_TOKEN, id_claims
from services.identity.application.site_ports import (
    Assertions,
    AuthMethod,
    ClientProof,
    Grant,
    Grants,
    NewCode,
    Shown,
    Site,
    Sites,
)
from services.identity.application.site_signing import SiteSigning
from services.identity.domain.commands import EnterSite
from services.identity.domain.credential import credential
from services.identity.domain.errors import ClientRefused, GrantRefused, SessionUnknown, TokenRefused
from services.identity.domain.events import Proof
from services.identity.domain.session import Session, session
from services.identity.domain.site import proves

CODE_LIVES = timedelta(seconds=60)
"""See: OWASP ASVS 5.0, 10.4.3, level 3."""
TOKEN_LIVES = timedelta(hours=1)
"""A token is worth nothing but the question who is there, and is asked about with each use."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWish:
    """What a site asked for, for whom."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    scope: str
    session_id: UUID
    user_id: UUID
    contract_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """What a site shows at the token endpoint."""

    proof: ClientProof
    code: str
    redirect_uri: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a site gets for a code."""

    grant: Grant
    access_token: str
    id_token: str
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """Issues codes, and turns each into tokens once."""

    store: EventStore
    sites: Sites
    grants: Grants
    assertions: Assertions
    signing: SiteSigning
    issuer: str
    now: Clock
    new_id: NewId
    new_secret: NewSecret

    async def issue(self, wish: CodeWish, tenant_id: UUID) -> str:
        """Return a code. Raises: ClientRefused; GrantRefused when the session is over; Unavailable."""
        if wish.client_id not in self.sites:
            raise ClientRefused
        await self._live(wish.session_id, wish.user_id)
        code, now = self.new_secret(), self.now()
        await self.grants.keep(
            NewCode(
                code=code,
                grant_id=self.new_id(),
                client_id=wish.client_id,
                redirect_uri=wish.redirect_uri,
                challenge=wish.challenge,
                nonce=wish.nonce,
                scope=wish.scope,
                session_id=wish.session_id,
                user_id=wish.user_id,
                tenant_id=tenant_id,
                contract_id=wish.contract_id,
                at=now,
                expires_at=now + CODE_LIVES,
            )
        )
        return code

    async def redeem(self, wish: Redemption, by: Context) -> Entered:
        """Return tokens for a code, once. Raises: ClientRefused; GrantRefused; Unavailable.

        A code that comes again takes back what it gave: one of the two who had it stole it. See: RFC 9700, 2.1.1.
        """
        site = await self._proven(wish.proof)
        challenge = base64.urlsafe_b64encode(sha256(wish.verifier.encode()).digest()).decode().rstrip("=")
        token, now = self.new_secret(), self.now()
        shown = Shown(code=wish.code, client_id=site.client_id, redirect_uri=wish.redirect_uri, challenge=challenge)
        # A verifier that is too short is as wrong as another one.
        is_formed = proves(wish.verifier, challenge)
        grant = await self.grants.redeem(shown, token, now, TOKEN_LIVES) if is_formed else None
        if grant is None:
            if again := await self.grants.revoke_used(wish.code, now):
                log.warning("site.code_used_again", client_id=site.client_id, grant_id=str(again))
            raise GrantRefused
        began = await self._enter(grant, by)
        claims = id_claims(self.issuer, grant, *began, token, now)
        return Entered(
            grant=grant,
            access_token=token,
            id_token=await self.signing.signed(claims, ID_TOKEN),
            expires_in=int(TOKEN_LIVES.total_seconds()),
        )

    async def look(self, token: str) -> Grant:
        """Return what a token stands for, while its session lives. Raises: TokenRefused; Unavailable."""
        grant = await self.grants.find(token, self.now())
        if grant is None:
            raise TokenRefused
        try:
            await self._live(grant.session_id, grant.user_id)
        except GrantRefused:
            raise TokenRefused from None
        return grant

    async def revoke(self, grant_id: UUID) -> None:
        """Take back what a code gave; again changes nothing."""
        await self.grants.revoke(grant_id, self.now())

    async def _proven(self, proof: ClientProof) -> Site:
        site = self.sites.get(proof.client_id)
        if site is None:
            raise ClientRefused
        match site.auth_method:
            case AuthMethod.CLIENT_SECRET_BASIC:
                shown = sha256((proof.secret or "").encode()).digest()
                is_right = proof.assertion is None and hmac.compare_digest(shown, site.secret_hash or b"")
            case AuthMethod.PRIVATE_KEY_JWT:
                is_right = proof.secret is None and await self._asserted(site, proof.assertion or "")
        if not is_right:
            raise ClientRefused
        return site

    async def _asserted(self, site: Site, text: str) -> bool:
        assertion = self.assertions.read(site, text, self.now())
        return assertion is not None and await self.assertions.take(site, assertion)

    async def _enter(self, grant: Grant, by: Context) -> tuple[Proof, datetime]:
        """Note that the person is at the site. What is checked here is checked after the grant was kept.

        So a session that ends meanwhile is either seen here, or whoever reads of its end finds the grant.
        """
        asked = EnterSite(
            session_id=grant.session_id,
            user_id=grant.user_id,
            client_id=grant.client_id,
            contract_id=grant.contract_id,
            at=self.now(),
        )
        because = replace(by, tenant_id=grant.tenant_id, actor=f"site:{grant.client_id}")
        try:
            state = await self._live(grant.session_id, grant.user_id)
            await execute(self.store, session, grant.session_id, asked, because)
        except PortalError as error:
            await self.grants.revoke(grant.grant_id, self.now())
            if isinstance(error, GrantRefused | SessionUnknown):
                raise GrantRefused from None
            raise
        if state.method is None or state.started_at is None:
            raise GrantRefused
        return state.method, state.started_at

    async def _live(self, session_id: UUID, user_id: UUID) -> Session:
        """Return a session that is not over, for all that the log knows. Raises: GrantRefused."""
        state = session.fold(fact.event for fact in await self.store.load(session_id))
        if state.user_id != user_id or state.ended or state.started_at is None:
            raise GrantRefused
        person = credential.fold(fact.event for fact in await self.store.load(user_id))
        if person.ended(session_id, state.started_at):
            raise GrantRefused
        return state
