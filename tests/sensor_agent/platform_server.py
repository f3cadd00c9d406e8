"""A small platform for the agent's tests: real HTTP, real signatures, batches kept in memory, faults on order."""

import base64
import gzip
import hashlib
import http.server
import json
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

STALE = timedelta(minutes=10)


class PlatformServer:
    """Context manager. `faults` are (status, body, headers) answered to the next batches before anything else."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.codes = {"ABCD-EFGH-JKMN"}
        self.devices: dict[str, Ed25519PublicKey] = {}
        self.next_keys: dict[str, Ed25519PublicKey] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.problems: list[str] = []
        self.heartbeats: list[dict[str, Any]] = []
        self.faults: list[tuple[int, dict[str, Any], dict[str, str]]] = []
        self.ahead = timedelta()
        self.order: tuple[bytes, bytes] | None = None
        self.order_version = 0
        self.box_states: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.key = Ed25519PrivateKey.generate()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                name = urlsplit(self.path).path.rsplit("/", 1)[1]
                if name == "time":
                    self._answer(200, outer.time_answer(parse_qs(urlsplit(self.path).query)["nonce"][0]))
                elif name in outer.files:
                    self._send(200, outer.files[name], {})
                else:
                    self._answer(404, {"error": "not_ordered"})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                name = self.path.rsplit("/", 1)[1]
                self._answer(*getattr(outer, f"take_{name}")(self.path, self.headers, body))

            def _answer(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
                self._send(status, json.dumps(data).encode(), headers or {})

            def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for key, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for batch in list(self.batches.values()) for line in batch["lines"]]

    def identities(self) -> list[tuple[int, int]]:
        return [
            (batch["epoch"], batch["first"] + i) for batch in list(self.batches.values()) for i in range(batch["count"])
        ]

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def time_answer(self, nonce: str) -> dict[str, Any]:
        now = self.now().isoformat()
        signature = self.key.sign(f"otasuke-time-v1\n{nonce}\n{now}\n".encode())
        return {"now": now, "key_id": "p1", "signature": base64.b64encode(signature).decode()}

    def take_activations(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        order = json.loads(body)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(order["public_key"]))
        message = f"otasuke-activation-v1\n{order['code']}\n{order['public_key']}\n".encode()
        public.verify(base64.b64decode(order["proof"]), message)
        if order["code"] not in self.codes:
            return 403, {"error": "unknown_code", "detail": "code not known or used", "reference": "r1"}
        self.codes.discard(order["code"])
        device = str(uuid.uuid4())
        self.devices[device] = public
        own = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        return 201, {"device_id": device, "key_id": str(uuid.uuid4()), "platform_public_key": own, "settings": {}}

    def _refusal(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]] | None:
        names = sorted(name.lower() for name in headers if name.lower().startswith("otasuke-"))
        signed = "".join(f"{name}:{headers[name]}\n" for name in names if name != "otasuke-signature")
        try:
            self.devices[headers["Otasuke-Device"]].verify(
                base64.b64decode(headers["Otasuke-Signature"]), f"otasuke-v1\nPOST\n{path}\n{signed}".encode()
            )
        except (KeyError, InvalidSignature):
            return 401, {"error": "bad_signature"}
        if hashlib.sha256(body).hexdigest() != headers["Otasuke-Content-SHA256"]:
            return 400, {"error": "bad_hash"}
        if abs(datetime.fromisoformat(headers["Otasuke-Sent-At"]) - self.now()) > STALE:
            return 401, {"error": "stale_clock"}
        return None

    def take_batches(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        self.posts += 1
        if self.faults:
            return self.faults.pop(0)
        refusal = self._refusal(path, headers, body)
        if refusal:
            self.problems.append(refusal[1]["error"])
            return *refusal, {}
        batch_id, sha256 = headers["Otasuke-Batch"], headers["Otasuke-Content-SHA256"]
        known = self.batches.get(batch_id)
        if known is not None and known["sha256"] != sha256:
            self.problems.append("other bytes under a known id")
            return 409, {"error": "conflict"}, {}
        lines = _decompress(headers["Content-Encoding"], body).splitlines()
        count, first = int(headers["Otasuke-Count"]), int(headers["Otasuke-First-Seq"])
        if len(lines) != count or int(headers["Otasuke-Last-Seq"]) != first + count - 1:
            self.problems.append("count and sequence do not fit the lines")
        self.batches[batch_id] = {
            "sha256": sha256,
            "epoch": int(headers["Otasuke-Epoch"]),
            "first": first,
            "count": count,
            "lines": lines,
            "offset_ms": int(headers["Otasuke-Clock-Offset-Ms"]),
        }
        return 202, {"batch": batch_id, "state": "stored"}, {}

    def take_keys(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        refusal = self._refusal(path, headers, body)
        if refusal:
            self.problems.append(refusal[1]["error"])
            return refusal
        fields = json.loads(body)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(fields["public_key"]))
        device = headers["Otasuke-Device"]
        public.verify(base64.b64decode(fields["proof"]), f"otasuke-key-v1\n{device}\n{fields['public_key']}\n".encode())
        self.next_keys[device] = public
        return 201, {"key_id": str(uuid.uuid4()), "old_key_expires_at": self.now().isoformat()}

    def give_order(self, **fields: Any) -> int:
        """Sign an order for the activated box and give it at the next question; → its version."""
        self.order_version += 1
        (device,) = self.devices
        fields = {
            "format": 1,
            "device_id": device,
            "version": self.order_version,
            "issued_at": self.now().isoformat(),
            "expires_at": (self.now() + timedelta(days=7)).isoformat(),
            "functions": {},
            "files": {},
            "suppressions": [],
            **fields,
        }
        manifest = json.dumps(fields).encode()
        self.order = manifest, self.key.sign(b"otasuke-order-v1\n" + manifest)
        return self.order_version

    def give_file(self, text: str) -> str:
        """A file for boxes; → its hash."""
        content = gzip.compress(text.encode())
        sha256 = hashlib.sha256(content).hexdigest()
        self.files[sha256] = content
        return sha256

    def take_orders(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        refusal = self._refusal(path, headers, body)
        if refusal:
            self.problems.append(refusal[1]["error"])
            return refusal
        fields = json.loads(body)
        self.box_states.append(fields)
        if self.order is None or json.loads(self.order[0])["version"] <= fields["seen"]:
            return 200, {"manifest": None, "signature": None, "rotations": []}
        manifest, signature = (base64.b64encode(part).decode() for part in self.order)
        return 200, {"manifest": manifest, "signature": signature, "rotations": []}

    def take_heartbeats(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        refusal = self._refusal(path, headers, body)
        if refusal:
            self.problems.append(refusal[1]["error"])
            return refusal
        self.heartbeats.append(json.loads(body))
        return 200, {"received_at": self.now().isoformat()}


def _decompress(encoding: str, body: bytes) -> bytes:
    return gzip.decompress(body) if encoding == "gzip" else zstandard.decompress(body)
