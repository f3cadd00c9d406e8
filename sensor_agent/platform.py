"""HTTP to the platform: one kept-open connection, TLS verified, plain answers."""

import http.client
import json
import ssl
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from sensor_agent import __version__

TIMEOUT_S = 30.0
MAX_ANSWER_BYTES = 1 << 20
LONGEST_WAIT_S = 3600.0


class UnreachableError(Exception):
    """The platform did not answer (network, TLS, time-out)."""


@dataclass(frozen=True)
class Answer:
    status: int
    data: Mapping[str, Any]
    retry_after_s: float | None

    @property
    def error(self) -> str:
        return str(self.data.get("error", ""))


class Platform:
    """Requests below `<url>/api/v1/`. Plain http is refused except to this machine or when allowed by name."""

    def __init__(
        self, url: str, *, allow_http: bool = False, timeout_s: float = TIMEOUT_S, proxy: str | None = None
    ) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not a web address: {url}")
        if parts.scheme == "http" and not allow_http and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"{url}: https is required")
        self.url = url.rstrip("/")
        self._parts = parts
        self._proxy = _proxy_parts(proxy) if proxy else None
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None

    def path(self, name: str) -> str:
        """The path that is requested and signed."""
        return f"{self._parts.path.rstrip('/')}/api/v1/{name}"

    def request(
        self, method: str, name: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request. Raises UnreachableError."""
        sent = {"User-Agent": f"otasuke-sensor/{__version__}", "Accept": "application/json", **(headers or {})}
        kept_open = self._connection is not None
        try:
            return self._exchange(method, name, body, sent)
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            if not kept_open:
                raise UnreachableError(f"{type(problem).__name__}: {problem}") from problem
        # A connection left idle may have been closed by the other side; every request is safe to repeat.
        return self.request(method, name, body, headers)

    def download(self, name: str, headers: Mapping[str, str], limit: int = 64 * 1024 * 1024) -> tuple[Answer, bytes]:
        """GET of a file, on a connection of its own. Raises UnreachableError, also for one above `limit` bytes."""
        connection = self._connect()
        try:
            connection.request("GET", self.path(name), headers=dict(headers))
            response = connection.getresponse()
            content = response.read(limit + 1)
        except (OSError, http.client.HTTPException) as problem:
            raise UnreachableError(f"{type(problem).__name__}: {problem}") from problem
        finally:
            connection.close()
        if len(content) > limit:
            raise UnreachableError(f"{name}: larger than {limit} bytes")
        return Answer(response.status, {}, None), content

    def _exchange(self, method: str, name: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request(method, self.path(name), body, dict(headers))
        answer = self._connection.getresponse()
        content = answer.read(MAX_ANSWER_BYTES)
        if answer.will_close or not answer.isclosed():
            self.close()
        return Answer(answer.status, _json_object(content), _retry_after(answer.getheader("Retry-After")))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        first, first_port = self._proxy or (host, port)
        connection = (
            http.client.HTTPConnection(first, first_port, timeout=self._timeout_s)
            if self._parts.scheme == "http"
            else http.client.HTTPSConnection(
                first, first_port, timeout=self._timeout_s, context=ssl.create_default_context()
            )
        )
        if self._proxy:
            # A tunnel also for plain http: the proxy must not rewrite what is signed.
            connection.set_tunnel(host, port)
        return connection


def _proxy_parts(proxy: str) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(proxy)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"not a proxy's address: {proxy}")
    return parts.hostname, parts.port or 8080


def _json_object(content: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which is a number or a date."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT_S)
