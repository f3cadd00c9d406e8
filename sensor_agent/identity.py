"""Who this box is: an Ed25519 key made here and never leaving, and what the platform answered at activation."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sensor_agent.spool import write_durably


class NotActivatedError(Exception):
    """The box has no identity yet."""


@dataclass(frozen=True)
class Device:
    """The platform's answer at activation."""

    device_id: str
    key_id: str
    platform_public_key: str
    platform_url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    key_file: str = "key.pem"


@dataclass(frozen=True)
class Identity:
    device: Device
    key: Ed25519PrivateKey

    def headers(
        self, method: str, path: str, body: bytes, sent_at: datetime, offset_ms: int, **more: str
    ) -> dict[str, str]:
        """The signed headers of one request; `sent_at` in platform time, `more` as Otasuke-… headers by name."""
        headers = {
            "Otasuke-Device": self.device.device_id,
            "Otasuke-Key": self.device.key_id,
            "Otasuke-Sent-At": sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "Otasuke-Clock-Offset-Ms": str(offset_ms),
            "Otasuke-Content-SHA256": hashlib.sha256(body).hexdigest(),
            **{f"Otasuke-{name.replace('_', '-').title()}": value for name, value in more.items()},
        }
        signature = self.key.sign(canonical_message(method, path, headers))
        return {**headers, "Otasuke-Signature": base64.b64encode(signature).decode("ascii")}

    def time_verified(self, nonce: str, now: str, signature: str, rotations: Any = ()) -> bool:
        """Whether the platform's key signed this time for this nonce.

        `rotations`: the platform's statements about its keys; they lead from the key learnt at activation to today's.
        """
        key = platform_key_today(self.device.platform_public_key, rotations)
        return signature_holds(key, signature, f"otasuke-time-v1\n{nonce}\n{now}\n".encode())


def platform_key_today(known: str, rotations: Any) -> str:
    """The key that `known` leads to: each statement is signed by the key before it; what is not is passed over."""
    for statement in rotations if isinstance(rotations, list) else ():
        if not isinstance(statement, dict):
            continue
        old, new, at = (str(statement.get(name, "")) for name in ("old", "new", "at"))
        message = f"otasuke-rotation-v1\n{old}\n{new}\n{at}\n".encode()
        if old == known and signature_holds(old, str(statement.get("signature", "")), message):
            known = new
    return known


def signature_holds(public: str, signature: str, message: bytes) -> bool:
    """Whether a base64 Ed25519 signature of `message` fits a base64 public key."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical_message(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """The bytes that are signed: protocol 1's method, path and sorted otasuke- headers without the signature."""
    named = sorted((name.lower(), value) for name, value in headers.items())
    lines = "".join(
        f"{name}:{value}\n" for name, value in named if name.startswith("otasuke-") and name != "otasuke-signature"
    )
    return f"otasuke-v1\n{method}\n{path}\n{lines}".encode()


def key_load_or_make(folder: Path, name: str = "key.pem") -> Ed25519PrivateKey:
    """The box's key; made and stored durably (0600) before it is ever shown to the platform."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{path} is not an Ed25519 key")
        return key
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_durably(path, pem)
    return key


def activation_order(key: Ed25519PrivateKey, code: str, hardware: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The body of the activation request, with the proof that we hold the key."""
    public = base64.b64encode(
        key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    ).decode("ascii")
    proof = key.sign(f"otasuke-activation-v1\n{code}\n{public}\n".encode())
    return {
        "code": code,
        "public_key": public,
        "proof": base64.b64encode(proof).decode("ascii"),
        "hardware": dict(hardware),
        "agent_version": version,
    }


def rotation_order(key: Ed25519PrivateKey, device_id: str) -> dict[str, str]:
    """The body that registers the box's next key, with the proof that we hold it."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    public = base64.b64encode(raw).decode("ascii")
    proof = key.sign(f"otasuke-key-v1\n{device_id}\n{public}\n".encode())
    return {"public_key": public, "proof": base64.b64encode(proof).decode("ascii")}


def device_store(folder: Path, device: Device) -> None:
    write_durably(folder / "device.json", json.dumps(asdict(device), indent=2).encode())


def identity_load(folder: Path) -> Identity:
    """Raises NotActivatedError when the box has not been activated."""
    try:
        device = Device(**json.loads((folder / "device.json").read_bytes()))
    except FileNotFoundError as problem:
        raise NotActivatedError("this box is not activated: run `activate` with its code") from problem
    return Identity(device, key_load_or_make(folder, device.key_file))
