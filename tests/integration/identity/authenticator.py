"""A key in software that signs as an authenticator does. See: W3C WebAuthn Level 3, sections 6.1 and 6.5."""

import json
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

HERE, TOUCHED, MADE = 0x01, 0x04, 0x40


@dataclass
class Key:
    """One key, bound to one site; a test may turn what it says."""

    site: str = "localhost"
    origin: str = "http://localhost:8080"
    counter: int = 1
    id: bytes = field(default_factory=lambda: os.urandom(32))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, question: dict[str, Any], **other: Any) -> dict[str, Any]:
        """Return what a browser says after this key was made."""
        numbers = self.private.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        data = self._data(HERE | TOUCHED | MADE) + attested
        response = {
            "clientDataJSON": bytes_to_base64url(self._client("webauthn.create", question, **other)),
            "attestationObject": bytes_to_base64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["usb", "telepathy"],
        }
        return self._said(response)

    def signed(self, question: dict[str, Any], **other: Any) -> dict[str, Any]:
        """Return what a browser says after this key signed."""
        self.counter += 1
        data, client = self._data(HERE), self._client("webauthn.get", question, **other)
        signature = self.private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
        }
        return self._said(response)

    def _said(self, response: dict[str, Any]) -> dict[str, Any]:
        name = bytes_to_base64url(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _data(self, flags: int) -> bytes:
        return sha256(self.site.encode()).digest() + bytes([flags]) + struct.pack(">I", self.counter)

    def _client(self, kind: str, question: dict[str, Any], **other: Any) -> bytes:
        said = {"type": kind, "challenge": question["challenge"], "origin": self.origin, "crossOrigin": False, **other}
        return json.dumps(said).encode()
