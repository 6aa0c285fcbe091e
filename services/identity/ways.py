"""Builds the ways in, over a log and its guarded tables. Next stop: application/activation.py."""

from dataclasses import dataclass

from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.log import Log
from kernel.adapters.settings import Secrets
from kernel.application.ports import Clock, EventStore
from services.identity.adapters.beat import next_beat
from services.identity.adapters.blocklist import common_passwords
from services.identity.adapters.fingerprints import PepperedFingerprints
from services.identity.adapters.guarded_browsers import GuardedBrowsers
from services.identity.adapters.guarded_codes import GuardedAuthenticators, GuardedCodes
from services.identity.adapters.guarded_company import GuardedCompany
from services.identity.adapters.guarded_enrolments import GuardedEnrolments
from services.identity.adapters.guarded_links import GuardedLinks
from services.identity.adapters.guarded_logins import GuardedLogins
from services.identity.adapters.guarded_passkeys import GuardedPasskeys
from services.identity.adapters.guarded_passwords import GuardedPasswords
from services.identity.adapters.guarded_people import GuardedPeople
from services.identity.adapters.guarded_requests import GuardedRequests
from services.identity.adapters.guarded_sessions import GuardedSessions
from services.identity.adapters.guarded_step_ups import GuardedStepUps
from services.identity.adapters.guarded_tenants import GuardedTenants
from services.identity.adapters.hashing import Argon2Hasher, Cost
from services.identity.adapters.passkey_rules import WebAuthnRules
from services.identity.adapters.sealing import Sealer
from services.identity.adapters.secret_texts import new_code, new_recovery_codes, new_secret
from services.identity.adapters.totp import AppSeeds
from services.identity.application.activation import Activation
from services.identity.application.administration import Administration
from services.identity.application.company_logins import CompanyLogins
from services.identity.application.first_step import FirstStep
from services.identity.application.following import Following
from services.identity.application.issuing import Issuing
from services.identity.application.legacy import Legacy
from services.identity.application.locking import Locking
from services.identity.application.opening import Opening
from services.identity.application.own_factor import OwnFactor
from services.identity.application.own_logins import OwnLogins
from services.identity.application.own_passkeys import OwnPasskeys
from services.identity.application.owner import Owner
from services.identity.application.passkey_login import PasskeyLogin
from services.identity.application.passkey_signing import PasskeySigning
from services.identity.application.password_rules import PasswordRules
from services.identity.application.proving import Proving
from services.identity.application.recovery import Recovery
from services.identity.application.registration import Registration
from services.identity.application.remembering import Remembering
from services.identity.application.reset import PasswordReset
from services.identity.application.rules import Rules
from services.identity.application.second_step import SecondStep
from services.identity.application.settling import Settling
from services.identity.application.standing import Revoking
from services.identity.application.step_up import StepUp
from services.identity.application.trusted import Trusting
from services.identity.settings import IdentitySettings
from services.identity.site_ways import SiteWays, site_ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways in, as the application knows them."""

    registration: Registration
    following: Following
    activation: Activation
    first_step: FirstStep
    second_step: SecondStep
    opening: Opening
    trusting: Trusting
    reset: PasswordReset
    administration: Administration
    owner: Owner
    own_logins: OwnLogins
    company_logins: CompanyLogins
    step_up: StepUp
    own_factor: OwnFactor
    passkey_login: PasskeyLogin
    own_passkeys: OwnPasskeys
    settling: Settling
    sites: SiteWays
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
    locking = Locking(store=of.store, passwords=of.passwords)
    opening = Opening(store=of.store, logins=of.logins, locking=locking, now=now)
    first_step = _first_step(of, locking, Legacy(issuing=issuing, revoking=revoking))
    second_step = _second_step(of, locking, opening)
    proving = _proving(of, authenticators)
    step_ups = GuardedStepUps(log.pool, of.sealer, of.fingerprints, of.rules)
    step_up = _step_up(of, proving, step_ups)
    keys, standard = GuardedPasskeys(log.pool, of.sealer), WebAuthnRules.of(settings.public_url)
    return Ways(
        hasher=of.hasher,
        sites=site_ways(settings, of.store, of.sealer, log, now),
        registration=_registration(of),
        following=_following(of, issuing, revoking, log),
        activation=_activation(of),
        first_step=first_step,
        second_step=second_step,
        opening=opening,
        trusting=_trusting(of, first_step, opening, log),
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
            second_step=second_step,
            step_up=step_up,
            signing=PasskeySigning(passkeys=keys, standard=standard),
            rules=of.rules,
            now=now,
            new_id=new_id,
        ),
        own_passkeys=OwnPasskeys(
            store=of.store, step_up=step_up, passkeys=keys, standard=standard, now=now, new_id=new_id
        ),
        company_logins=CompanyLogins(store=of.store, records=GuardedCompany(log.pool, of.sealer)),
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


def _following(of: Parts, issuing: Issuing, revoking: Revoking, log: Log) -> Following:
    return Following(
        store=of.store,
        people=of.people,
        browsers=GuardedBrowsers(log.pool, of.sealer),
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


def _first_step(of: Parts, locking: Locking, legacy: Legacy) -> FirstStep:
    return FirstStep(
        store=of.store,
        people=Remembering(of.store),
        logins=of.logins,
        passwords=of.passwords,
        hasher=of.hasher,
        fingerprints=of.fingerprints,
        locking=locking,
        legacy=legacy,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_secret=new_secret,
        new_code=new_code,
        beat=next_beat,
    )


def _second_step(of: Parts, locking: Locking, opening: Opening) -> SecondStep:
    return SecondStep(
        store=of.store,
        logins=of.logins,
        fingerprints=of.fingerprints,
        seeds=of.seeds,
        recovery=of.recovery,
        locking=locking,
        opening=opening,
        rules=of.rules,
        now=of.now,
        new_id=new_id,
        new_code=new_code,
    )


def _trusting(of: Parts, first_step: FirstStep, opening: Opening, log: Log) -> Trusting:
    return Trusting(
        first_step=first_step,
        opening=opening,
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
