"""A file that antivirus condemned is stopped at other firms on evidence only: one box cannot write everybody's list."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.models import Alert
from sensors import shared_files
from sensors.models import FileReport, KnownFile, OrderFile
from sensors.orders import BoxState, order_pull
from sensors.shared_files import FileRefused, file_decide, file_withdraw, hashes_stopped
from tenants.models import Enrolment
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import OWNER, Box, Cast
from tests.sensors.box import Sender, ingest_all

BAD = "c" * 64
EMPTY = hashlib.sha256(b"").hexdigest()


def _verdict(sha256: str) -> bytes:
    event = {
        "timestamp": datetime.now(UTC).isoformat(),
        "event_type": "antivirus",
        "src_ip": "203.0.113.10",
        "dest_ip": "192.168.1.20",
        "proto": "TCP",
        "antivirus": {
            "engine": "clamd",
            "signature": "Eicar-Test-Signature",
            "action": "delivered",
            "sha256": sha256,
            "size": 68,
            "filename": "invoice.zip",
            "direction": "to_client",
            "learned": True,
        },
    }
    return json.dumps(event).encode()


def _ordered(box: Box) -> str:
    """The hashes the box's order names."""
    box_state = BoxState(0, "", "", {})
    with tenant_scope(box.sensor.tenant_id):
        order = order_pull(
            tenant_id=box.sensor.tenant_id, sensor_id=box.sensor.pk, box_state=box_state, now=datetime.now(UTC)
        )
    assert order is not None
    named = json.loads(bytes(order.manifest))["files"]["known_files"]
    files = OrderFile.objects.in_bulk(named)
    return "".join(gzip.decompress(bytes(files[sha256].content)).decode() for sha256 in named)


def _reports(box: Box, *hashes: str) -> None:
    assert Sender(box, epoch=hash(hashes) % 10**6 + 1).batch([_verdict(sha256) for sha256 in hashes]).status_code == 202
    ingest_all(box)


@pytest.fixture
def firms(cast: Cast) -> list[Box]:
    """Boxes of four firms of the programme."""
    boxes = [cast.sakura_box, cast.yamada_box]
    for name in ("川口商店", "森田建設"):
        firm = factories.organisation_make(name)
        Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=date(2026, 4, 1)).save(using=OWNER)
        boxes.append(factories.box_make(firm))
    return boxes


def test_what_one_firm_reports_stays_with_that_firm(cast: Cast, firms: list[Box]) -> None:
    """A forged event would else have a good file blocked everywhere."""
    second = factories.box_make(cast.sakura_dental)
    for box in (firms[0], second):
        _reports(box, BAD)
    assert not KnownFile.objects.exists()
    assert _ordered(firms[1]) == ""
    with tenant_scope(cast.sakura_dental.pk):
        assert FileReport.objects.count() == 2
        assert Alert.objects.count() == 2, "the firm itself is told"


def test_a_virus_found_at_three_firms_is_in_the_next_order_of_the_fourth(firms: list[Box]) -> None:
    for box in firms[:2]:
        _reports(box, BAD)
    assert _ordered(firms[3]) == ""
    _reports(firms[2], BAD)
    known = KnownFile.objects.get()
    assert (known.sha256, known.basis, known.decided_by) == (BAD, "firms", None)
    assert _ordered(firms[3]) == f"{BAD}\n"


def test_old_reports_no_longer_count(firms: list[Box]) -> None:
    for box in firms[:2]:
        _reports(box, BAD)
        with tenant_scope(box.sensor.tenant_id):
            FileReport.objects.update(reported_at=datetime.now(UTC) - shared_files.REPORTS_COUNT_FOR)
    _reports(firms[2], BAD)
    assert not KnownFile.objects.exists()


@pytest.mark.parametrize("text", ["", "not a hash", "C" * 64, "c" * 63, "c" * 65, "c" * 40, "c" * 63 + "\n", EMPTY])
def test_texts_that_are_no_hash_and_files_that_are_everywhere_reach_no_box(firms: list[Box], text: str) -> None:
    for box in firms:
        _reports(box, text)
    assert not KnownFile.objects.exists()
    for box in firms:
        with tenant_scope(box.sensor.tenant_id):
            assert not FileReport.objects.exists()


def test_a_box_has_its_share_of_a_day(firms: list[Box]) -> None:
    _reports(firms[0], *[f"{number:064x}" for number in range(1, 31)])
    with tenant_scope(firms[0].sensor.tenant_id):
        assert FileReport.objects.count() == 20
        assert Alert.objects.count() == 30, "its alerts are stored all the same"


def _share(cast: Cast, sha256: str, kind: str = "block", now: datetime | None = None) -> KnownFile:
    with person_scope(cast.analyst.pk, cast.soc.pk):
        return file_decide(
            programme_id=cast.programme.pk,
            sha256=sha256,
            kind=kind,
            reason="seen in the lab",
            by=cast.analyst,
            now=now or datetime.now(UTC),
        )


def test_an_analyst_shares_a_file_for_a_time_and_takes_it_back(cast: Cast, firms: list[Box]) -> None:
    now = datetime.now(UTC)
    _share(cast, BAD.upper())
    assert _ordered(firms[3]) == f"{BAD}\n"
    later = now + shared_files.SHARED_FOR + timedelta(days=1)
    assert hashes_stopped(programme_id=cast.programme.pk, now=later) == [], "it ends by itself"
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert file_withdraw(programme_id=cast.programme.pk, sha256=BAD, reason="good", by=cast.analyst, now=now)
    assert _ordered(firms[3]) == ""
    for box in firms:
        _reports(box, BAD)
    assert _ordered(firms[3]) == "", "what an analyst took back comes back by an analyst only"


def test_what_an_analyst_calls_good_is_not_shared_whoever_reports_it(cast: Cast, firms: list[Box]) -> None:
    _share(cast, BAD, kind="allow")
    for box in firms:
        _reports(box, BAD)
    assert _ordered(firms[3]) == ""


@pytest.mark.parametrize(("sha256", "why"), [("no hash", "not_a_hash"), (EMPTY, "well_known")])
def test_an_analyst_cannot_share_what_is_no_hash_or_everywhere(cast: Cast, sha256: str, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        _share(cast, sha256)


def test_the_list_of_all_boxes_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_files, "MOST_SHARED", 5)
    now = datetime.now(UTC)
    for number in range(8):
        _share(cast, f"{number:064x}", now=now + timedelta(minutes=number))
    assert hashes_stopped(programme_id=cast.programme.pk, now=now) == [f"{number:064x}" for number in range(3, 8)]
