"""WebAuthn for one site, by a library: what goes to the browser, and what it may say. See: W3C WebAuthn Level 3."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.identity.application.passkey_ports import NewKey, Passkey, Said

SITE = "ビジネスポータル"
MINUTE_MS = 60_000
MOST_BYTES = 1023
"""No authenticator calls a key by a longer name. See: section 4, credential ID."""

# After the password the key only has to be there and touched; a PIN on top would be a third step.
_TOUCH = UserVerificationRequirement.DISCOURAGED
_SELECTION = AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_TOUCH)
_TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})
# What a browser says is somebody's input: a library may stumble over it in more ways than it names.
_WRONG = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, slots=True)
class WebAuthnRules:
    """The standard's rules for our site. See: passkey_ports.PasskeyRules."""

    site: str
    """The host that keys are bound to."""
    origin: str
    """Where a page must come from that has one sign."""

    @classmethod
    def of(cls, public_url: str) -> Self:
        """Return the rules for the portal's address; no header of a caller's is ever looked at."""
        parts = urlsplit(public_url)
        return cls(site=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")

    def creation(self, user_id: UUID, email: str, name: str, challenge: bytes, known: Sequence[Passkey]) -> Said:
        """Return what a browser needs to make a key for somebody, other than those known."""
        options = generate_registration_options(
            rp_id=self.site,
            rp_name=SITE,
            user_id=user_id.bytes,
            user_name=email or str(user_id),
            user_display_name=name or email,
            challenge=challenge,
            timeout=MINUTE_MS,
            authenticator_selection=_SELECTION,
            exclude_credentials=_descriptors(known),
        )
        return _json(options)

    def created(self, said: Said, challenge: bytes) -> NewKey | None:
        """Return the key that a browser says was made, None when any of it is wrong."""
        try:
            made = verify_registration_response(
                credential=dict(said),
                expected_challenge=challenge,
                expected_rp_id=self.site,
                expected_origin=self.origin,
            )
        except _WRONG:
            return None
        return NewKey(
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            synced=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            transports=_transports(said),
        )

    def request(self, challenge: bytes, known: Sequence[Passkey]) -> Said:
        """Return what a browser needs to have one of the known keys sign."""
        options = generate_authentication_options(
            rp_id=self.site,
            challenge=challenge,
            timeout=MINUTE_MS,
            allow_credentials=_descriptors(known),
            user_verification=_TOUCH,
        )
        return _with_transports(_json(options), known)

    def names(self, said: Said) -> bytes | None:
        """Return which key a browser says has signed."""
        name = said.get("id")
        if not isinstance(name, str) or len(name) > 2 * MOST_BYTES:
            return None
        try:
            return base64url_to_bytes(name)
        except ValueError:
            return None

    def signed(self, said: Said, challenge: bytes, passkey: Passkey) -> int | None:
        """Return the key's counter after it signed, None when it did not sign this."""
        try:
            done = verify_authentication_response(
                credential=dict(said),
                expected_challenge=challenge,
                expected_rp_id=self.site,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
            )
        except _WRONG:
            return None
        return done.new_sign_count


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in known]


def _with_transports(options: dict[str, Any], known: Sequence[Passkey]) -> Said:
    for allowed, one in zip(options.get("allowCredentials", ()), known, strict=False):
        if one.transports:
            allowed["transports"] = list(one.transports)
    return options


def _transports(said: Said) -> tuple[str, ...]:
    response = said.get("response")
    told = response.get("transports", ()) if isinstance(response, dict) else ()
    return tuple(sorted({one for one in told if isinstance(one, str)} & _TRANSPORTS)) if isinstance(told, list) else ()


def _json(options: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(options_to_json(options))
    return read
