"""The settings sites that people may go on to, as the gateway knows them. Next stop: hop.py, authorization.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A settings site: what it is called, for which services it is, and its addresses."""

    client_id: str
    names: Mapping[str, str]
    """By language."""
    services: frozenset[str]
    redirect_uris: frozenset[str]
    """Compared as they are, character by character. See: RFC 9700, section 2.1."""
    login_uri: str
    """Where a login begins that a third party wishes for. See: OpenID Connect Core 1.0, section 4."""
    post_logout_uris: frozenset[str] = frozenset()
    health_uri: str | None = None
    """What answers 2xx while the site works; None for a site that is always believed to."""

    def name(self, language: str) -> str:
        """Return what the site is called in a language."""
        return self.names.get(language) or self.names["ja"]

    @property
    def origins(self) -> frozenset[str]:
        """Return the origins that a form of ours may lead to, by way of a login."""
        uris = (self.login_uri, *self.redirect_uris, *self.post_logout_uris)
        return frozenset("{0.scheme}://{0.netloc}".format(urlsplit(uri)) for uri in uris)


class Sites:
    """All settings sites."""

    def __init__(self, sites: Iterable[Site] = ()) -> None:
        """Take the sites. Raises: ValueError when two are for one service or have one name."""
        self._by_id: dict[str, Site] = {}
        self._by_service: dict[str, Site] = {}
        for site in sites:
            taken = [service for service in site.services if service in self._by_service]
            if site.client_id in self._by_id or taken:
                raise ValueError(f"there is another settings site like {site.client_id}: {', '.join(taken)}")
            self._by_id[site.client_id] = site
            self._by_service |= dict.fromkeys(site.services, site)

    def known(self, client_id: str | None) -> Site | None:
        """Return the site of a client id."""
        return self._by_id.get(client_id or "")

    def of_service(self, service_name: str) -> Site | None:
        """Return the site on which the contracts of a service are set."""
        return self._by_service.get(service_name)

    @property
    def origins(self) -> frozenset[str]:
        """Return the origins of all sites."""
        return frozenset(origin for site in self._by_id.values() for origin in site.origins)
