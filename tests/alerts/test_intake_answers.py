"""What the platform answers a box that sends a batch."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from alerts.models import InboxBatch
from notifications.models import Attention
from sensors.models import Sensor, SensorKey
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, packed, uuid7

BATCHES = "/api/v1/batches"


def _stored(cast: Cast) -> int:
    with tenant_scope(cast.sakura_dental.pk):
        return InboxBatch.objects.count()


def _post(sender: Sender, body: bytes, headers: dict[str, str], encoding: str = "zstd") -> tuple[int, str]:
    answer = sender.post(BATCHES, body, headers, **{"Content-Encoding": encoding})
    data = answer.json()
    if answer.status_code != 202:
        assert set(data) == {"error", "detail", "reference"}
    return answer.status_code, data.get("error", "")


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_good_batch_is_stored_as_it_came_before_202(cast: Cast, encoding: str) -> None:
    sender = Sender(cast.sakura_box)
    lines = [alert_line(), alert_line()]
    assert sender.batch(lines, encoding).status_code == 202
    with tenant_scope(cast.sakura_dental.pk):
        [batch] = InboxBatch.objects.all()
        assert bytes(batch.body) == packed(lines, encoding)
        assert (batch.epoch, batch.first_seq, batch.line_count, batch.processed_at) == (1, 0, 2, None)
    with tenant_scope(cast.yamada_works.pk):
        assert not InboxBatch.objects.exists()


def test_the_same_batch_again_is_202_and_stored_once(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    body = packed([alert_line()])
    headers = sender.batch_headers(body, 1)
    assert _post(sender, body, headers) == (202, "")
    later = {**headers, "Otasuke-Sent-At": (datetime.now(UTC) + timedelta(seconds=3)).isoformat()}
    assert _post(sender, body, later) == (202, "")
    assert _stored(cast) == 1


def test_another_content_under_the_same_id_is_409_and_a_person_is_asked(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    batch = uuid7()
    for index, expected in enumerate([(202, ""), (409, "batch_conflict")]):
        body = packed([alert_line(flow_id=index)])
        assert _post(sender, body, sender.batch_headers(body, 1, Batch=batch)) == expected
    with tenant_scope(cast.sakura_dental.pk):
        [attention] = Attention.objects.filter(kind="batch_conflict", closed_at=None)
        assert attention.about_id == cast.sakura_box.sensor.pk
    assert _stored(cast) == 1


def test_another_firms_key_cannot_write_into_a_firm(cast: Cast) -> None:
    """The outsider signs well, but with their own key for the victim's box; or names their key with that box."""
    body = packed([alert_line()])
    outsider = Sender(cast.yamada_box)
    headers = outsider.batch_headers(body, 1) | {"Otasuke-Device": str(cast.sakura_box.sensor.device_id)}
    assert _post(outsider, body, headers) == (401, "bad_signature")
    headers["Otasuke-Key"] = str(cast.sakura_box.key_id)
    assert _post(outsider, body, headers) == (401, "bad_signature")
    assert _stored(cast) == 0


def test_a_request_changed_on_the_way_is_refused(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    body = packed([alert_line()])
    headers = sender.batch_headers(body, 1)
    forged = {**sender.signed(BATCHES, headers), "Content-Encoding": "zstd", "Otasuke-First-Seq": "7"}
    from django.test import Client

    answer = Client().post(BATCHES, body, content_type="application/octet-stream", headers=forged)
    assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature")
    other_body = packed([alert_line(flow_id=99)])
    assert _post(sender, other_body, headers) == (400, "hash_mismatch")
    stranger = sender.signed(BATCHES, headers, Ed25519PrivateKey.generate())
    answer = Client().post(BATCHES, body, content_type="application/octet-stream", headers=stranger)
    assert answer.status_code == 401
    assert _stored(cast) == 0


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_request_signed_too_long_ago_or_ahead_is_stale(cast: Cast, minutes: int) -> None:
    sender = Sender(cast.sakura_box)
    body = packed([alert_line()])
    headers = sender.batch_headers(body, 1)
    headers["Otasuke-Sent-At"] = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    assert _post(sender, body, headers) == (401, "stale_clock")
    headers["Otasuke-Sent-At"] = (datetime.now(UTC) + timedelta(minutes=minutes * 0.8)).isoformat()
    assert _post(sender, body, headers) == (202, "")


def test_a_revoked_key_is_refused_at_once(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    assert sender.batch([alert_line()]).status_code == 202
    with tenant_scope(cast.sakura_dental.pk):
        SensorKey.objects.update(revoked_at=timezone.now())
    answer = sender.batch([alert_line()])
    assert (answer.status_code, answer.json()["error"]) == (403, "revoked")
    with tenant_scope(cast.sakura_dental.pk):
        SensorKey.objects.update(revoked_at=None)
        Sensor.objects.update(state=Sensor.State.RETIRED)
    assert sender.batch([alert_line()]).status_code == 403


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Batch": "018f0000-0000-4000-8000-000000000000"}, 400),  # not version 7
        ({"Batch": "x"}, 400),
        ({"Epoch": "0"}, 400),
        ({"Last_Seq": "5"}, 400),
        ({"Count": "2"}, 400),
        ({"Count": "2", "Last_Seq": "1"}, 400),  # one line in the body
        ({"Count": "0", "Last_Seq": "-1"}, 400),
        ({"Count": "5001", "Last_Seq": "5000"}, 413),
        ({"First_Seq": "٣"}, 400),
        ({"Clock_Offset_Ms": "soon"}, 400),
        ({"Sent_At": "2026-11-21T10:00:00"}, 400),
        ({"Content_SHA256": "00"}, 400),
    ],
)
def test_headers_no_correct_box_sends_are_refused(cast: Cast, changed: dict[str, str], expected: int) -> None:
    sender = Sender(cast.sakura_box)
    body = packed([alert_line()])
    headers = sender.batch_headers(body, 1)
    for name, value in changed.items():
        wanted = f"Otasuke-{name.replace('_', '-')}"
        headers[next(have for have in headers if have.lower() == wanted.lower())] = value
    assert _post(sender, body, headers)[0] == expected
    assert _stored(cast) == 0


def test_other_encodings_and_methods_are_refused_in_json(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    body = b"{}\n"
    assert _post(sender, body, sender.batch_headers(body, 1), "br") == (415, "unknown_encoding")
    from django.test import Client

    answer = Client().get(BATCHES)
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    answer = Client().post(BATCHES, b"", content_type="application/octet-stream")
    assert answer.status_code == 400


def test_the_hash_is_over_the_bytes_as_sent(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    body = packed([json.dumps({"event_type": "stats"}).encode()])
    headers = sender.batch_headers(body, 1)
    assert headers["Otasuke-Content-SHA256"] == hashlib.sha256(body).hexdigest()
    assert _post(sender, body, headers) == (202, "")
