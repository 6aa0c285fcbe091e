"""Builds the identity service and runs it: the only file that makes objects. Next stop: api/activations.py."""

from dataclasses import dataclass
from typing import Any

import asyncpg
from fastapi import FastAPI

from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPERATE, REPUBLISH
from kernel.adapters.http.republishing import asks_owners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import Role, serve, start
from kernel.adapters.settings import Secrets
from kernel.application.consume import Reaction
from kernel.application.ports import Clock, EventStore
from services.identity.adapters.beat import next_beat
from services.identity.adapters.blocklist import common_passwords
from services.identity.adapters.fingerprints import PepperedFingerprints
from services.identity.adapters.guarded_browsers import GuardedBrowsers
from services.identity.adapters.guarded_codes import GuardedAuthenticators, GuardedCodes
from services.identity.adapters.guarded_enrolments import GuardedEnrolments
from services.identity.adapters.guarded_grants import GuardedGrants
from services.identity.adapters.guarded_keys import GuardedKeys
from services.identity.adapters.guarded_links import GuardedLinks
from services.identity.adapters.guarded_logins import GuardedLogins
from services.identity.adapters.guarded_passkeys import GuardedPasskeys
from services.identity.adapters.guarded_passwords import GuardedPasswords
from services.identity.adapters.guarded_people import GuardedPeople
from services.identity.adapters.guarded_requests import GuardedRequests
from services.identity.adapters.guarded_sessions import GuardedSessions
from services.identity.adapters.guarded_step_ups import GuardedStepUps
from services.identity.adapters.guarded_tenants import GuardedTenants, keep_rules
from services.identity.adapters.hashing import Argon2Hasher, Cost
from services.identity.adapters.passkey_rules import WebAuthnRules
from services.identity.adapters.sealing import Sealer
from services.identity.adapters.secret_texts import new_code, new_recovery_codes, new_secret
from services.identity.adapters.site_files import read_sites
from services.identity.adapters.site_notices import GuardedNotices, NoticeIntake
from services.identity.adapters.site_tokens import SignedAssertions, new_key, sign
from services.identity.adapters.sweeper import Sweeper
from services.identity.adapters.telling import SiteCaller, Telling
from services.identity.adapters.totp import AppSeeds
from services.identity.api import (
    activations,
    administration,
    deliveries,
    logins,
    own,
    passkeys,
    second_steps,
    sites,
    step_ups,
)
from services.identity.api.use import ADMINISTER, FETCH, LOGIN, SELF, SITES
from services.identity.application.activation import Activation
from services.identity.application.administration import Administration
from services.identity.application.entering import Entering
from services.identity.application.following import Following
from services.identity.application.issuing import Issuing
from services.identity.application.legacy import Legacy
from services.identity.application.login import Login
from services.identity.application.own_factor import OwnFactor
from services.identity.application.own_logins import OwnLogins
from services.identity.application.own_passkeys import OwnPasskeys
from services.identity.application.owner import Owner
from services.identity.application.parting import Parting
from services.identity.application.passkey_login import PasskeyLogin
from services.identity.application.passkey_signing import PasskeySigning
from services.identity.application.password_rules import PasswordRules
from services.identity.application.proving import Proving
from services.identity.application.recovery import Recovery
from services.identity.application.registration import Registration
from services.identity.application.remembering import Remembering
from services.identity.application.reset import PasswordReset
from services.identity.application.rules import Rules
from services.identity.application.settling import Settling
from services.identity.application.site_signing import SiteSigning
from services.identity.application.standing import Revoking
from services.identity.application.step_up import StepUp
from services.identity.application.trusted import Trusting
from services.identity.consumers import own_log, policies, users
from services.identity.domain.events import EVENTS
from services.identity.settings import IdentitySettings

NAME = "identity"

RELAY_RESTS = 0.1
"""Seconds. Nobody waits for a login's facts while many log in: whoever is in was let in by the answer itself."""

READERS = frozenset({REPUBLISH})
ISSUERS = {
    "gateway": READERS | {LOGIN, ADMINISTER, SELF, SITES, OPERATE},
    "notifier": READERS | {FETCH},
    "operator": READERS | {OPERATE},
    **dict.fromkeys(("identity", "users", "contracts"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways in, as the application knows them."""

    registration: Registration
    following: Following
    activation: Activation
    login: Login
    trusting: Trusting
    reset: PasswordReset
    administration: Administration
    owner: Owner
    own_logins: OwnLogins
    step_up: StepUp
    own_factor: OwnFactor
    passkey_login: PasskeyLogin
    own_passkeys: OwnPasskeys
    settling: Settling
    entering: Entering
    site_signing: SiteSigning
    endings: own_log.Endings
    telling: Telling
    caller: SiteCaller
    hasher: Argon2Hasher


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the ways in share: the log, the guarded tables, and what is made of the secrets."""

    store: EventStore
    rules: Rules
    now: Clock
    seeds: AppSeeds
    password_rules: PasswordRules
    hasher: Argon2Hasher
    fingerprints: PepperedFingerprints
    sealer: Sealer
    links: GuardedLinks
    passwords: GuardedPasswords
    logins: GuardedLogins
    people: GuardedPeople
    tenants: GuardedTenants
    codes: GuardedCodes
    recovery: Recovery


def parts(settings: IdentitySettings, secrets: Secrets, log: Log, now: Clock) -> Parts:
    """Build what the ways in share."""
    rules, pool = settings.rules, log.pool
    fingerprints, sealer, codes = PepperedFingerprints(secrets.pepper), Sealer(secrets.kek), GuardedCodes(pool)
    cost = Cost(kib=settings.argon2_kib, passes=settings.argon2_passes)
    hasher = Argon2Hasher(cost, threads=settings.hash_threads, queue=settings.hash_queue)
    return Parts(
        store=log.store,
        rules=rules,
        now=now,
        seeds=AppSeeds(),
        password_rules=PasswordRules(common_passwords()),
        hasher=hasher,
        fingerprints=fingerprints,
        sealer=sealer,
        links=GuardedLinks(pool, sealer),
        passwords=GuardedPasswords(pool),
        logins=GuardedLogins(pool, sealer, fingerprints, rules),
        people=GuardedPeople(pool),
        tenants=GuardedTenants(pool),
        codes=codes,
        recovery=Recovery(
            store=log.store, codes=codes, hasher=hasher, fingerprints=fingerprints, new_codes=new_recovery_codes
        ),
    )


def ways(settings: IdentitySettings, secrets: Secrets, log: Log, now: Clock = utc_now) -> Ways:
    """Build the application over a log and its guarded tables."""
    of = parts(settings, secrets, log, now)
    requests = GuardedRequests(log.pool, of.sealer, of.rules.resets_waiting)
    authenticators = GuardedAuthenticators(log.pool, of.sealer, of.rules)
    revoking = Revoking(store=of.store, people=of.people, now=now)
    issuing = Issuing(store=of.store, links=of.links, rules=of.rules, now=now, new_id=new_id, new_secret=new_secret)
    login = _login(of, Legacy(issuing=issuing, revoking=revoking))
    proving = _proving(of, authenticators)
    step_ups = GuardedStepUps(log.pool, of.sealer, of.fingerprints, of.rules)
    step_up = _step_up(of, proving, step_ups)
    sites = read_sites(settings.sites_dir)
    notices, caller = GuardedNotices(log.pool), SiteCaller()
    signing = SiteSigning(store=GuardedKeys(log.pool, of.sealer), make=new_key, sign=sign, now=now)
    parting = Parting(sites=sites, notices=notices, signing=signing, tell=caller.tell, issuer=settings.issuer, now=now)
    keys, standard = GuardedPasskeys(log.pool, of.sealer), WebAuthnRules.of(settings.public_url)
    return Ways(
        hasher=of.hasher,
        site_signing=signing,
        entering=Entering(
            store=of.store,
            sites=sites,
            grants=GuardedGrants(log.pool),
            assertions=SignedAssertions(log.pool, frozenset({settings.issuer, f"{settings.issuer}/oauth/token"})),
            signing=signing,
            issuer=settings.issuer,
            now=now,
            new_id=new_id,
            new_secret=new_secret,
        ),
        endings=own_log.Endings(NoticeIntake(sites, new_id)),
        telling=Telling(notices, parting, now),
        caller=caller,
        registration=_registration(of),
        following=_following(of, issuing, revoking),
        activation=_activation(of),
        login=login,
        trusting=_trusting(of, login, log),
        reset=_reset(of, requests),
        administration=_administration(of, issuing, revoking),
        owner=_owner(of, proving, revoking),
        step_up=step_up,
        own_factor=OwnFactor(
            store=of.store,
            step_up=step_up,
            step_ups=step_ups,
            revoking=revoking,
            seeds=of.seeds,
            rules=of.rules,
            now=now,
            new_id=new_id,
        ),
        passkey_login=PasskeyLogin(
            store=of.store,
            login=login,
            step_up=step_up,
            signing=PasskeySigning(passkeys=keys, standard=standard),
            rules=of.rules,
            now=now,
            new_id=new_id,
        ),
        own_passkeys=OwnPasskeys(
            store=of.store, step_up=step_up, passkeys=keys, standard=standard, now=now, new_id=new_id
        ),
        own_logins=OwnLogins(store=of.store, records=GuardedSessions(log.pool, of.sealer), now=now),
        settling=Settling(store=of.store, passwords=of.passwords, enrolments=GuardedEnrolments(log.pool), now=now),
    )


def _registration(of: Parts) -> Registration:
    return Registration(
        store=of.store,
        links=of.links,
        fingerprints=of.fingerprints,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_secret=new_secret,
    )


def _following(of: Parts, issuing: Issuing, revoking: Revoking) -> Following:
    return Following(
        store=of.store,
        people=of.people,
        issuing=issuing,
        revoking=revoking,
        fingerprints=of.fingerprints,
        now=of.now,
    )


def _activation(of: Parts) -> Activation:
    return Activation(
        store=of.store,
        links=of.links,
        passwords=of.passwords,
        tenants=of.tenants,
        hasher=of.hasher,
        fingerprints=of.fingerprints,
        seeds=of.seeds,
        password_rules=of.password_rules,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
    )


def _login(of: Parts, legacy: Legacy) -> Login:
    return Login(
        store=of.store,
        people=Remembering(of.store),
        logins=of.logins,
        passwords=of.passwords,
        hasher=of.hasher,
        fingerprints=of.fingerprints,
        seeds=of.seeds,
        recovery=of.recovery,
        legacy=legacy,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_secret=new_secret,
        new_code=new_code,
        beat=next_beat,
    )


def _trusting(of: Parts, login: Login, log: Log) -> Trusting:
    return Trusting(
        login=login,
        store=of.store,
        browsers=GuardedBrowsers(log.pool, of.sealer),
        tenants=of.tenants,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_secret=new_secret,
    )


def _reset(of: Parts, requests: GuardedRequests) -> PasswordReset:
    return PasswordReset(
        store=of.store,
        requests=requests,
        links=of.links,
        fingerprints=of.fingerprints,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_secret=new_secret,
    )


def _administration(of: Parts, issuing: Issuing, revoking: Revoking) -> Administration:
    return Administration(
        store=of.store,
        people=of.people,
        passwords=of.passwords,
        issuing=issuing,
        revoking=revoking,
        rules=of.rules,
        now=of.now,
    )


def _proving(of: Parts, authenticators: GuardedAuthenticators) -> Proving:
    return Proving(
        store=of.store,
        people=of.people,
        logins=of.logins,
        authenticators=authenticators,
        hasher=of.hasher,
        fingerprints=of.fingerprints,
        seeds=of.seeds,
        now=of.now,
    )


def _step_up(of: Parts, proving: Proving, step_ups: GuardedStepUps) -> StepUp:
    return StepUp(
        store=of.store,
        step_ups=step_ups,
        proving=proving,
        recovery=of.recovery,
        fingerprints=of.fingerprints,
        seeds=of.seeds,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_code=new_code,
    )


def _owner(of: Parts, proving: Proving, revoking: Revoking) -> Owner:
    return Owner(
        store=of.store,
        proving=proving,
        revoking=revoking,
        recovery=of.recovery,
        codes=of.codes,
        passwords=of.passwords,
        hasher=of.hasher,
        password_rules=of.password_rules,
        now=of.now,
        new_id=new_id,
    )


def application(built: Ways, secrets: Secrets, log: Log) -> FastAPI:
    """Return the HTTP side."""
    # Logins come first: the framework looks through all routes before the one that fits.
    routers = [
        logins.router,
        activations.router,
        administration.router,
        own.router,
        second_steps.router,
        step_ups.router,
        sites.router,
        passkeys.router,
        deliveries.router,
        internal.router(log),
    ]
    app = create_app(NAME, routers, busy=logins.BUSY)
    app.state.activation, app.state.login, app.state.reset = built.activation, built.login, built.reset
    app.state.administration, app.state.owner = built.administration, built.owner
    app.state.step_up, app.state.own_factor = built.step_up, built.own_factor
    app.state.passkey_login, app.state.own_passkeys = built.passkey_login, built.own_passkeys
    app.state.own_logins, app.state.trusting = built.own_logins, built.trusting
    app.state.entering, app.state.site_signing = built.entering, built.site_signing
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    return app


def readers(
    settings: IdentitySettings, built: Ways, log: Log, owner: ServiceClient, reading: "asyncpg.Pool[Any]"
) -> dict[str, Role]:
    """Return who reads users' facts: about people, and about what tenants decided."""
    reactions: dict[str, tuple[str, Reaction]] = {
        "users": (users.READER, users.UsersReaction(built.registration, built.following)),
        "policies": (policies.READER, policies.PoliciesReaction(keep_rules)),
    }
    return {
        role: _reader(name, reaction, settings, log, (owner, reading)).run
        for role, (name, reaction) in reactions.items()
    }


def _reader(
    name: str,
    reaction: Reaction,
    settings: IdentitySettings,
    log: Log,
    via: "tuple[ServiceClient, asyncpg.Pool[Any]]",
) -> KafkaReader:
    owner, reading = via
    return KafkaReader(
        name,
        [settings.topic("users")],
        settings.kafka_bootstrap,
        reading,
        reaction=reaction,
        facts=Facts(reaction.types.values(), log.keyring),
        ask=asks_owners(NAME, {"users": owner}),
    )


async def run(settings: IdentitySettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS, rest=RELAY_RESTS)
    built = ways(settings, secrets, log)
    owner = ServiceClient(settings.users_url, Signer(NAME, secrets.jwk(NAME)), "users")
    # A reader holds a connection while its commands wait for one of the store's, so each has its own.
    reading = await open_pool(settings.postgres_url, size=3)
    endings = LogReader(
        own_log.READER,
        service=NAME,
        pool=reading,
        wakeup=log.wakeup,
        reaction=built.endings,
        facts=log.facts,
        moved=built.telling.wake,
    )
    background: dict[str, Role] = {
        **log.roles,
        **readers(settings, built, log, owner, reading),
        "resets": built.reset.run,
        "settling": built.settling.run,
        "site-keys": built.site_signing.run,
        "endings": endings.run,
        "telling": built.telling.run,
        "sweeper": Sweeper(log.pool, utc_now).run,
    }
    await serve(
        NAME,
        application(built, secrets, log),
        settings,
        background=background,
        checks=log.checks,
        closing=[owner.close, built.caller.close, built.hasher.close, reading.close, log.close],
    )


if __name__ == "__main__":
    start(run(IdentitySettings()))
