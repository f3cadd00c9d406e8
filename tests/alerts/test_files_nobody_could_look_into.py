"""A file that antivirus could not look into is a verdict of its own: stored, counted, no virus and not clean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from alerts.models import Alert, AlertGroup, UnexaminedFile
from alerts.selectors import unexamined_since
from alerts.ui.unexamined import WORDS, reason_words
from alerts.unexamined import OTHER, REASONS
from sensor_agent.filestore import unexamined_event
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, ingest_all


def _line(**more: Any) -> dict[str, Any]:
    """As the box makes it."""
    pending = {
        "timestamp": datetime.now(UTC).isoformat(),
        "src_ip": "203.0.113.9",
        "dest_ip": "192.168.1.10",
        "ether": {"src_mac": "02:00:00:00:00:01", "dest_mac": "02:00:00:00:00:aa"},
        "http": {"hostname": "files.example", "url": "/請求書.zip"},
        "file": {"sha256": "ab" * 32, "size": 5000, "filename": "請求書.zip"},
    }
    event = unexamined_event(pending, "encrypted", to_client=True)
    event["unexamined"] |= more
    return event


def test_a_zip_with_a_password_is_stored_as_not_looked_into_and_is_no_alert(cast: Cast) -> None:
    Sender(cast.sakura_box).batch([json.dumps(_line()).encode()])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["unexamined"], outcome["alerts"], outcome["quarantined"]) == (1, 0, 0)
    now = datetime.now(UTC)
    with tenant_scope(cast.sakura_dental.pk):
        [file] = unexamined_since(tenant_id=cast.sakura_dental.pk, since=now - timedelta(days=1))
        assert (file.reason, file.file_name, file.size) == ("encrypted", "請求書.zip", 5000)
        assert (file.asset_ip, file.asset_mac, file.host) == ("192.168.1.10", "02:00:00:00:00:aa", "files.example")
        assert file.to_inside
        assert file.time_trusted
        assert not Alert.objects.exists()
        assert not AlertGroup.objects.exists()
    with person_scope(cast.jiro.pk, cast.yamada_works.pk):
        assert not UnexaminedFile.objects.exists(), "another firm sees nothing of it"


def test_the_firm_reads_which_file_and_why_and_another_firm_does_not(cast: Cast) -> None:
    Sender(cast.sakura_box).batch([json.dumps(_line(filename="<b>見積.zip")).encode()])
    ingest_all(cast.sakura_box)
    client = Client()
    client.force_login(cast.hanako)
    page = client.get("/alerts/").content.decode()
    assert "&lt;b&gt;見積.zip" in page
    assert "パスワードがかかっていて" in page
    assert "1件のファイルは、センサーが中を調べられませんでした。安全とも、ウイルスとも言えません。" in page
    assert "見積.zip" not in client.get("/alerts/?open=1").content.decode()
    other = Client()
    other.force_login(cast.jiro)
    assert "調べられませんでした" not in other.get("/alerts/").content.decode()


def test_the_same_batch_again_counts_a_file_once(cast: Cast) -> None:
    line = json.dumps(_line()).encode()
    for _ in range(2):  # the box lost its place and sends the position again
        Sender(cast.sakura_box).batch([line])
        ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert UnexaminedFile.objects.count() == 1


def test_odd_values_cost_themselves_and_never_the_file(cast: Cast) -> None:
    odd: tuple[Any, ...] = (None, [], {}, -1, 2**70, 1.5, True, "\x00\ud800" + "x" * 5000)
    lines = [_line(**{key: value}) for key in ("reason", "sha256", "size", "filename", "direction") for value in odd]
    lines += [{**_line(), key: value} for key in ("src_ip", "dest_ip", "ether", "http", "unexamined") for value in odd]
    lines += [{**_line(), "timestamp": "1970-01-01T00:00:00+0000"}]
    Sender(cast.sakura_box).batch([json.dumps(line).encode() for line in lines])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["unexamined"], outcome["quarantined"]) == (len(lines), 0)
    with tenant_scope(cast.sakura_dental.pk):
        assert not UnexaminedFile.objects.get(seq=len(lines) - 1).time_trusted


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == REASONS | {OTHER}
    assert reason_words("something new") == reason_words(OTHER)
