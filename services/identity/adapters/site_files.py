"""Reads who the settings sites are: one JSON file a site, in the names of OpenID Connect registration.

See: docs/settings-site.md; OpenID Connect Dynamic Client Registration 1.0, section 2.
"""

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.identity.application.site_ports import AuthMethod, Site


class SiteFile(BaseModel):
    """What identity reads of a site's file, and no more: the gateway reads the rest."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    client_id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    token_endpoint_auth_method: AuthMethod
    client_secret_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    jwks: dict[str, Any] | None = None
    backchannel_logout_uri: str | None = Field(default=None, pattern=r"^https?://")
    events_uri: str | None = Field(default=None, pattern=r"^https?://")

    @model_validator(mode="after")
    def _can_show_itself(self) -> Self:
        is_signing = self.token_endpoint_auth_method is AuthMethod.PRIVATE_KEY_JWT
        if is_signing and not (self.jwks or {}).get("keys"):
            raise ValueError("private_key_jwt needs jwks with a key")
        if not is_signing and self.client_secret_sha256 is None:
            raise ValueError("client_secret_basic needs client_secret_sha256")
        return self

    @property
    def site(self) -> Site:
        """Return the site."""
        return Site(
            client_id=self.client_id,
            auth_method=self.token_endpoint_auth_method,
            secret_hash=bytes.fromhex(self.client_secret_sha256) if self.client_secret_sha256 else None,
            jwks=self.jwks,
            logout_uri=self.backchannel_logout_uri,
            events_uri=self.events_uri,
        )


def read_sites(folder: Path) -> dict[str, Site]:
    """Return the sites of a folder by their client ids; none where there is no folder. Raises: ValueError."""
    read = [SiteFile.model_validate_json(file.read_bytes()).site for file in sorted(folder.glob("*.json"))]
    sites = {site.client_id: site for site in read}
    if len(sites) != len(read):
        raise ValueError(f"two files in {folder} name the same client_id")
    return sites
