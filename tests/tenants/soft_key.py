"""A passkey in software: what a phone with a screen lock answers, for log-ins without a browser."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tenants.models import User
from tenants.tenancy.scope import person_scope

HOST = "testserver"
LOG_IN = "/accounts/2fa/webauthn/login/"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One person's passkey."""

    user: User
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, organisation_id: int) -> None:
        """The platform knows the key from now on."""
        public = AttestedCredentialData.create(Aaguid.NONE, self.number, _cose(self.key.public_key()))
        attested = AttestationObject.create("none", self._state(_ATTESTED, public), {})
        answer = {
            "clientDataJSON": self._client("webauthn.create", b"x"),
            "attestationObject": websafe_encode(attested),
        }
        credential = self._credential(answer)
        with person_scope(self.user.pk, organisation_id):
            Authenticator.objects.create(user=self.user, type="webauthn", data={"name": "鍵", "credential": credential})

    def answer(self, challenge: str, signature: bytes | None = None) -> dict[str, Any]:
        """The credential for a log-in; a `signature` given is a wrong one."""
        client, state = self._client_bytes("webauthn.get", challenge), self._state(0)
        signed = self.key.sign(bytes(state) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(bytes(state)),
                "signature": websafe_encode(signature or signed),
                "userHandle": websafe_encode(user_pk_to_url_str(self.user).encode()),
            }
        )

    def log_in(self, client: Client, address: str, signature: bytes | None = None) -> Any:
        """The platform's answer to a log-in with this key alone."""
        return send(client, self.answer(challenge(client, address), signature), address)

    def _state(self, flags: int, public: Any = b"") -> AuthenticatorData:
        flags = AuthenticatorData.FLAG(flags | _PRESENT | _VERIFIED)
        made: AuthenticatorData = AuthenticatorData.create(hashlib.sha256(HOST.encode()).digest(), flags, 1, public)
        return made

    def _client(self, kind: str, challenge: bytes) -> str:
        return websafe_encode(self._client_bytes(kind, websafe_encode(challenge)))

    def _client_bytes(self, kind: str, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(kind, challenge, f"http://{HOST}"))

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.number)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def challenge(client: Client, address: str) -> str:
    """What the platform asks the key to sign."""
    options = client.get(LOG_IN, REMOTE_ADDR=address, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    return str(options["request_options"]["publicKey"]["challenge"])


def send(client: Client, credential: Any, address: str) -> Any:
    """The platform's answer to any credential."""
    return client.post(LOG_IN, {"credential": json.dumps(credential)}, REMOTE_ADDR=address)


def _cose(public: ec.EllipticCurvePublicKey) -> Any:
    return ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call]
