"""What every process is told by its environment, and the secrets it is pointed to. Next stop: a service's settings."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from kernel.adapters.kafka.topics import topic_of
from kernel.adapters.named_files import NamedFiles

KEY_BYTES = 32


class ServiceSettings(BaseSettings):
    """The settings that all services share; a service's own class adds the few it needs."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore", frozen=True)

    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=0, le=65535)
    management_port: int = Field(ge=0, le=65535)
    postgres_url: str = ""
    """The service's own database; the gateway has none."""
    keys_url: str = ""
    """The database of the keys for personal data."""
    kafka_bootstrap: str = "127.0.0.1:59092"
    topic_prefix: str = "portal"
    secrets_dir: Path = Path(".portal/secrets")
    public_url: str = "http://localhost:8080"
    """The only source of links to the portal."""
    identity_url: str = "http://127.0.0.1:8101"
    users_url: str = "http://127.0.0.1:8102"
    contracts_url: str = "http://127.0.0.1:8103"
    notifier_url: str = "http://127.0.0.1:8104"
    roles: str = "all"
    """Which of the process's roles run here: `http` and names of background roles, comma separated, or `all`."""
    failpoints: str = ""
    """Where a test has the process killed. See: kernel/application/failpoints.py."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from: what code says, files that the environment names, the environment."""
        _ = dotenv_settings, file_secret_settings
        return init_settings, NamedFiles(settings_cls), env_settings

    def topic(self, service: str) -> str:
        """Return the topic of a service's public facts."""
        return topic_of(service, self.topic_prefix)

    def runs(self, role: str) -> bool:
        """Tell whether a role runs in this process."""
        chosen = {name.strip() for name in self.roles.split(",")}
        return "all" in chosen or role in chosen


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets folder; a file is read when its secret is asked for, and none is kept in the environment."""

    folder: Path

    @property
    def kek(self) -> bytes:
        """Return the key that wraps the keys of personal data."""
        return self._key("kek.key")

    @property
    def pepper(self) -> bytes:
        """Return the key of fingerprints: HMACs of texts that must be found without being readable."""
        return self._key("pepper.key")

    @property
    def jwks(self) -> Mapping[str, Any]:
        """Return the public keys of all issuers of tokens. See: RFC 7517, section 5."""
        return self._json("jwks.json")

    def jwk(self, issuer: str) -> Mapping[str, Any]:
        """Return an issuer's private key. See: RFC 8037, section 2."""
        return self._json(f"{issuer}.jwk")

    def text(self, name: str) -> str:
        """Return a secret that is a line of text."""
        return (self.folder / name).read_text().strip()

    def _key(self, name: str) -> bytes:
        key = base64.urlsafe_b64decode(self.text(name) + "==")
        if len(key) != KEY_BYTES:
            raise ValueError(f"{name} must hold {KEY_BYTES} bytes as base64url")
        return key

    def _json(self, name: str) -> Mapping[str, Any]:
        read: Mapping[str, Any] = json.loads(self.text(name))
        return read
