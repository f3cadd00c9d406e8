"""A box pulls signed orders; what an analyst tells it to let be is applied, confirmed and counted."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command

from base import platform_key
from sensors import manifest, orders
from sensors.models import Order, OrderFile, RuleBundle, Sensor, Suppression
from sensors.shared_files import file_decide
from tenants.models import Enrolment, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import Box, Cast
from tests.sensors.box import Sender

ROOT = Path(__file__).resolve().parents[2]
LAB_RULES = ROOT / "lab" / "rules" / "lab.rules"
DAY = timedelta(days=1)


class Puller(Sender):
    """A box that asks for its orders."""

    def pull(self, **fields: Any) -> dict[str, Any] | None:
        """The order's content, its signature checked; None when there is nothing new."""
        body = json.dumps({"seen": 0, **fields}).encode()
        answer = self.post("/api/v1/orders", body, self.headers(body))
        assert answer.status_code == 200, answer.content
        data = answer.json()
        if data["manifest"] is None:
            return None
        signed, signature = (base64.b64decode(data[name]) for name in ("manifest", "signature"))
        key = Ed25519PublicKey.from_public_bytes(platform_key.public_bytes())
        key.verify(signature, b"otasuke-order-v1\n" + signed)
        manifest: dict[str, Any] = json.loads(signed)
        return manifest

    def file(self, sha256: str) -> Any:
        """GET of a file, signed."""
        from django.test import Client

        path = f"/api/v1/files/{sha256}"
        headers = self.headers(b"")
        named = sorted((name.lower(), value) for name, value in headers.items())
        text = f"otasuke-v1\nGET\n{path}\n" + "".join(f"{name}:{value}\n" for name, value in named)
        signature = base64.b64encode(self.box.private_key.sign(text.encode())).decode()
        return Client().get(path, headers={**headers, "Otasuke-Signature": signature})


@pytest.fixture
def box(cast: Cast) -> Box:
    return factories.box_make(cast.sakura_dental)


@pytest.fixture
def puller(box: Box) -> Puller:
    return Puller(box)


@pytest.fixture
def analyst(cast: Cast) -> User:
    return User.objects.using("owner").get(memberships__organisation=cast.soc)


def _suppress(box: Box, analyst: User, cast: Cast, **changed: Any) -> Suppression:
    now = datetime.now(UTC)
    with person_scope(analyst.pk, cast.soc.pk):
        sensor = Sensor.objects.get(pk=box.sensor.pk)
        values = {
            "signature_id": 2000001,
            "signature": "Loader",
            "source": "192.168.1.7",
            "destination": "",
            "device": "",
            "effect": "allow",
            "reason": "the firm's own test",
            "until": now + DAY,
            "by": analyst,
            "now": now,
        }
        return orders.suppression_add(sensor=sensor, **{**values, **changed})


def test_the_first_order_says_what_is_on_and_nothing_new_is_not_sent_again(puller: Puller) -> None:
    order = puller.pull()
    assert order is not None
    assert (order["version"], order["device_id"]) == (1, str(puller.box.sensor.device_id))
    assert order["functions"] == {"ips": True, "av": True, "wg": True}
    assert datetime.fromisoformat(order["expires_at"]) > datetime.now(UTC) + 6 * DAY
    assert puller.pull(seen=1, state="applied") is None
    with tenant_scope(puller.box.sensor.tenant_id):
        assert Order.objects.get().state == "applied"


def test_a_switched_off_function_makes_a_new_order_and_an_order_is_renewed_before_it_ends(puller: Puller) -> None:
    puller.pull()
    with tenant_scope(puller.box.sensor.tenant_id):
        orders.sensor_switch(sensor=puller.box.sensor, off=["wg", "nonsense"])
    order = puller.pull(seen=1, state="applied")
    assert order is not None
    assert (order["version"], order["functions"]["wg"]) == (2, False)
    later = datetime.now(UTC) + 4 * DAY
    with tenant_scope(puller.box.sensor.tenant_id):
        box_state = orders.BoxState(2, "applied", "", {})
        renewed = orders.order_pull(
            tenant_id=puller.box.sensor.tenant_id, sensor_id=puller.box.sensor.pk, box_state=box_state, now=later
        )
    assert renewed is not None
    assert renewed.version == 3


def test_a_suppression_is_ordered_confirmed_and_counted(puller: Puller, box: Box, analyst: User, cast: Cast) -> None:
    made = _suppress(box, analyst, cast)
    order = puller.pull()
    assert order is not None
    (ordered,) = order["suppressions"]
    assert (ordered["id"], ordered["signature_id"], ordered["source"]) == (made.pk, 2000001, "192.168.1.7/32")

    def row() -> Suppression:
        with tenant_scope(box.sensor.tenant_id):
            suppression: Suppression = Suppression.objects.get(pk=made.pk)
        return suppression

    assert row().applied_at is None
    moment = datetime.now(UTC).isoformat()
    puller.pull(seen=1, state="applied", hits={str(made.pk): [3, moment]})
    assert row().applied_at is not None
    assert (row().hits, row().last_hit_at) == (3, datetime.fromisoformat(moment))
    puller.pull(seen=1, state="applied", hits={str(made.pk): [2, moment]})
    assert row().hits == 3, "an old count takes nothing back"
    with person_scope(analyst.pk, cast.soc.pk):
        orders.suppression_end(suppression=made, by=analyst, now=datetime.now(UTC))
    after = puller.pull(seen=1, state="applied")
    assert after is not None
    assert after["suppressions"] == []


def test_a_refused_order_is_shown_at_the_suppression_and_not_sent_again(
    puller: Puller, box: Box, analyst: User, cast: Cast
) -> None:
    made = _suppress(box, analyst, cast)
    puller.pull()
    assert puller.pull(seen=1, state="refused", detail="rule 2000001 is two-way") is None
    with tenant_scope(box.sensor.tenant_id):
        assert Suppression.objects.get(pk=made.pk).problem == "rule 2000001 is two-way"
        assert Order.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"source": ""}, "too_wide"),
        ({"source": "nobody"}, "bad_address"),
        ({"source": "", "device": "02:00:00:00:01:14"}, "allow_needs_address"),
        ({"device": "printer"}, "bad_device"),
        ({"reason": "  "}, "reason_missing"),
        ({"until": datetime.now(UTC) + 500 * DAY}, "bad_end"),
    ],
)
def test_a_suppression_without_bounds_end_or_reason_is_refused(
    box: Box, analyst: User, cast: Cast, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(manifest.SuppressionRefused, match=code):
        _suppress(box, analyst, cast, **changed)


def test_rules_go_through_suricata_update_and_reach_the_box_by_their_hash(puller: Puller) -> None:
    call_command("rules_update", local=[LAB_RULES])
    call_command("rules_update", local=[LAB_RULES])
    assert RuleBundle.objects.count() == 1, "the same rules are not sent twice"
    order = puller.pull()
    assert order is not None
    (sha256,) = order["files"]["rules"]
    answer = puller.file(sha256)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == sha256
    rules = gzip.decompress(answer.content).decode()
    assert rules.count("sid:") == RuleBundle.objects.get().rule_count == 5
    with pytest.raises(CommandError, match="no such file"):
        call_command("rules_update", local=[Path("missing.rules")])


def test_rules_may_use_every_variable_a_box_defines() -> None:
    defined = re.findall(r"^    ([A-Z_]+):", (ROOT / "sensor_agent/templates/suricata.yaml").read_text(), re.MULTILINE)
    known = re.findall(r"^    ([A-Z_]+):", (ROOT / "sensors/variables.yaml").read_text(), re.MULTILINE)
    assert known == defined


def test_a_box_gets_no_file_that_its_order_does_not_name(puller: Puller) -> None:
    sha256, content = manifest.packed("secret")
    OrderFile.objects.create(sha256=sha256, content=content)
    puller.pull()
    assert puller.file(sha256).status_code == 404


def test_a_file_an_analyst_condemned_is_ordered_to_be_stopped_at_all_boxes_of_the_programme(
    puller: Puller, box: Box, cast: Cast
) -> None:
    with tenant_scope(box.sensor.tenant_id):
        programme = Enrolment.objects.get().programme_id
    bad = "a" * 64
    with person_scope(cast.analyst.pk, cast.soc.pk):
        now = datetime.now(UTC)
        file_decide(programme_id=programme, sha256=bad, kind="block", reason="seen", by=cast.analyst, now=now)
    order = puller.pull()
    assert order is not None
    (sha256,) = order["files"]["known_files"]
    assert gzip.decompress(puller.file(sha256).content).decode() == f"{bad}\n"


def test_a_new_hash_changes_only_the_last_file() -> None:
    hashes = [f"{number:064x}" for number in range(2_500)]
    before, after = manifest.hash_files(hashes), manifest.hash_files([*hashes, "f" * 64])
    assert len(before) == len(after) == 3
    assert before[:2] == after[:2]


def test_nonsense_from_a_box_is_refused_with_a_sentence(puller: Puller) -> None:
    for nonsense in ({"seen": "x"}, {"seen": -1}, {"hits": {"a": [1, None]}}, {"hits": {"1": 5}}, {"hits": [1]}):
        body = json.dumps({"seen": 0, **nonsense}).encode()
        assert puller.post("/api/v1/orders", body, puller.headers(body)).status_code == 400, nonsense
