"""A person at a browser without JavaScript: logs in and reads pages of the portal over HTTP."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar


@dataclass(frozen=True)
class Page:
    """An answer: its status, body and where it finally came from."""

    status: int
    body: bytes
    url: str

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Visitor:
    """One browser session with the portal at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def get(self, path: str) -> Page:
        """Open a page; an error status is an answer too."""
        return self._open(urllib.request.Request(self._url + path))  # noqa: S310 (our own address)

    def post(self, path: str, fields: dict[str, str], *, form_at: str | None = None) -> Page:
        """Send a form with the token of the page it stands on (`form_at`, else `path`)."""
        page = self.get(form_at or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token.group(1) if token else ""}).encode()
        request = urllib.request.Request(self._url + path, data=body, headers={"Referer": self._url + path})  # noqa: S310
        return self._open(request)

    def log_in(self, email: str, password: str) -> Page:
        """Log in as a person would; the page after it."""
        return self.post("/accounts/login/", {"login": email, "password": password})

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Page(answer.status, answer.read(), answer.url)
        except urllib.error.HTTPError as refusal:
            return Page(refusal.code, refusal.read(), refusal.url)
