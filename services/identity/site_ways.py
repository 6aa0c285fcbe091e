"""Builds what has to do with settings sites: keys, codes, and what they are told of ends. Next stop: ways.py."""

from dataclasses import dataclass

from kernel.adapters.clock import new_id
from kernel.adapters.log import Log
from kernel.application.ports import Clock, EventStore
from services.identity.adapters.guarded_grants import GuardedGrants
from services.identity.adapters.guarded_keys import GuardedKeys
from services.identity.adapters.sealing import Sealer
from services.identity.adapters.secret_texts import new_secret
from services.identity.adapters.site_files import read_sites
from services.identity.adapters.site_notices import GuardedNotices, NoticeIntake
from services.identity.adapters.site_tokens import SignedAssertions, new_key, sign
from services.identity.adapters.telling import SiteCaller, Telling
from services.identity.application.entering import Entering
from services.identity.application.parting import Parting
from services.identity.application.site_signing import SiteSigning
from services.identity.consumers import own_log
from services.identity.settings import IdentitySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWays:
    """The ways on to settings sites, and back from them."""

    entering: Entering
    signing: SiteSigning
    endings: own_log.Endings
    telling: Telling
    caller: SiteCaller


def site_ways(settings: IdentitySettings, store: EventStore, sealer: Sealer, log: Log, now: Clock) -> SiteWays:
    """Build them over a log and its guarded tables."""
    sites, issuer = read_sites(settings.sites_dir), settings.issuer
    notices, caller = GuardedNotices(log.pool), SiteCaller()
    signing = SiteSigning(store=GuardedKeys(log.pool, sealer), make=new_key, sign=sign, now=now)
    parting = Parting(sites=sites, notices=notices, signing=signing, tell=caller.tell, issuer=issuer, now=now)
    return SiteWays(
        entering=Entering(
            store=store,
            sites=sites,
            grants=GuardedGrants(log.pool),
            assertions=SignedAssertions(log.pool, frozenset({issuer, f"{issuer}/oauth/token"})),
            signing=signing,
            issuer=issuer,
            now=now,
            new_id=new_id,
            new_secret=new_secret,
        ),
        signing=signing,
        endings=own_log.Endings(NoticeIntake(sites, new_id)),
        telling=Telling(notices, parting, now),
        caller=caller,
    )
