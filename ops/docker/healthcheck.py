"""Container health check of the web server: /healthz as the outer proxy would ask for it."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    portal = urlsplit(os.environ.get("PORTAL_URL", "http://localhost:8000"))
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    connection.request("GET", "/healthz", headers={"Host": portal.netloc, "X-Forwarded-Proto": portal.scheme})
    return 0 if connection.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
