"""A box with a good key may send any JSON: it is taken or refused, never an error of ours, and the pages still open."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.factories import Cast
from tests.sensors.box import Sender

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner))
KNOWN = (
    "agent_version",
    "functions",
    "protection",
    "spool",
    "clock",
    "health",
    "home_net",
    "eve",
    "public_key",
    "proof",
)
BODIES = st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=6), VALUES, max_size=6) | VALUES
CHECKED = settings(
    max_examples=40,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _post(cast: Cast, path: str, value: Any) -> int:
    sender, body = Sender(cast.sakura_box), json.dumps(value).encode()
    return int(sender.post(path, body, sender.headers(body)).status_code)


def test_any_heartbeat_is_taken_or_refused_and_the_firms_home_still_opens(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.hanako)

    @CHECKED
    @example(value={"functions": []})
    @example(value={"functions": {"ips": [1]}, "protection": {}})
    @given(value=BODIES)
    def beat(value: Any) -> None:
        assert _post(cast, "/api/v1/heartbeats", value) in (200, 400, 413)
        assert client.get("/").status_code == 200

    beat()


def test_any_key_request_is_refused_unless_it_is_proven(cast: Cast) -> None:
    @CHECKED
    @given(value=BODIES)
    def ask(value: Any) -> None:
        assert _post(cast, "/api/v1/keys", value) in (400, 413)

    ask()
