"""Each position of a box's sequence counts once, however often and in whichever batch it comes."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg2
from django.db import connections

from alerts import inbox
from alerts.models import Alert, AlertGroup, CallbackCount, QuarantinedLine
from alerts.positions import covering
from notifications.models import Attention
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all


def _counts(cast: Cast) -> tuple[int, int, int]:
    """(alerts, sum of the groups' counts, callbacks remembered)."""
    with tenant_scope(cast.sakura_dental.pk):
        groups = sum(AlertGroup.objects.values_list("alert_count", flat=True))
        callbacks = sum(len(count.recent) for count in CallbackCount.objects.all())
        return Alert.objects.count(), groups, callbacks


def _callback(index: int) -> bytes:
    return alert_line(datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=index), flow_id=index + 1)


def test_work_repeated_changes_nothing(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    sender.batch([_callback(0), _callback(1), b"torn"])
    ingest_all(cast.sakura_box)
    before = _counts(cast)
    assert before == (2, 2, 2)
    assert ingest_all(cast.sakura_box) == []
    assert _counts(cast) == before


def test_the_same_positions_in_another_batch_change_nothing(cast: Cast) -> None:
    lines = [_callback(index) for index in range(4)]
    sender = Sender(cast.sakura_box)
    sender.batch(lines[:3])
    ingest_all(cast.sakura_box)
    again = Sender(cast.sakura_box, next_seq=1, clock_offset_ms=1000)  # other times, other primary keys
    assert again.batch(lines[1:]).status_code == 202
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["known"], outcome["quarantined"]) == (1, 2, 0)
    assert _counts(cast) == (4, 4, 4)
    with tenant_scope(cast.sakura_dental.pk):
        assert not Attention.objects.exists()


def test_other_lines_at_used_positions_are_kept_for_the_soc(cast: Cast) -> None:
    """A box set back to an old image reuses its numbers: what it saw is not dropped silently."""
    Sender(cast.sakura_box).batch([_callback(0), _callback(1)])
    Sender(cast.sakura_box).batch([_callback(0), _callback(7)])
    _first, second = ingest_all(cast.sakura_box)
    assert (second["alerts"], second["known"], second["quarantined"]) == (0, 2, 2)
    with tenant_scope(cast.sakura_dental.pk):
        assert set(QuarantinedLine.objects.values_list("reason", flat=True)) == {"position_taken"}
        assert Attention.objects.filter(kind="batch_conflict").exists()
    assert _counts(cast)[:2] == (2, 2)


def test_a_new_epoch_begins_a_new_sequence(cast: Cast) -> None:
    Sender(cast.sakura_box).batch([_callback(0)])
    Sender(cast.sakura_box, epoch=2).batch([_callback(0)])
    ingest_all(cast.sakura_box)
    assert _counts(cast)[:2] == (2, 2)


def test_when_the_old_batch_is_gone_counts_still_follow_the_rows(cast: Cast) -> None:
    """Retention drops batches before alerts."""
    lines = [_callback(0), _callback(1)]
    Sender(cast.sakura_box).batch(lines)
    ingest_all(cast.sakura_box)
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as retention, retention.cursor() as cursor:
        cursor.execute("DELETE FROM alerts_inboxbatch")
    Sender(cast.sakura_box).batch([*lines, _callback(2)])
    ingest_all(cast.sakura_box)
    assert _counts(cast)[:2] == (3, 3)


def test_two_workers_at_one_box_store_each_event_once(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    for start in range(0, 60, 5):
        sender.batch([_callback(index) for index in range(start, start + 5)])
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(40):
                ingest_all(cast.sakura_box)
        except BaseException as problem:
            failures.append(problem)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    ingest_all(cast.sakura_box)
    alerts, groups, _ = _counts(cast)
    assert (alerts, groups) == (60, 60)


def test_a_worker_killed_in_the_middle_of_a_batch_leaves_no_half_of_it(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    sender.batch([_callback(index) for index in range(50)])
    connections.close_all()
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        place = {"tenant_id": cast.sakura_dental.pk, "sensor_id": cast.sakura_box.sensor.pk}

        work = inbox._batches_try

        def hold(*turn: Any) -> None:
            work(*turn)
            os.write(writes, b"written, not committed")
            time.sleep(60)

        setattr(inbox, "_batches_try", hold)  # noqa: B010 - in this child only
        inbox.inbox_turn(**place, now=datetime.now(UTC))
        os._exit(0)
    os.read(reads, 100)
    assert _counts(cast) == (0, 0, 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 10
    while not ingest_all(cast.sakura_box) and time.monotonic() < deadline:
        time.sleep(0.05)  # PostgreSQL is still noticing
    assert _counts(cast) == (50, 50, 5)


def test_of_a_thousand_batches_at_one_place_the_next_is_compared_with_as_few_as_cover_it() -> None:
    stretches = [(first, first + 5000, uuid4()) for first in range(0, 2000)]
    assert len(covering(stretches, 1000, 6000)) == 1
    assert len(covering(stretches, 1500, 8000)) == 2
    assert len(covering([(0, 10, uuid4())] * 500, 3, 9)) == 1


def test_every_used_position_is_found_however_the_earlier_batches_lie() -> None:
    dice = random.Random(7)
    for _ in range(300):
        stretches = [(start, start + dice.randint(1, 12), uuid4()) for start in dice.choices(range(40), k=8)]
        used = {place for start, end, _id in stretches for place in range(start, end)} & set(range(10, 30))
        covered = {place for start, end, _id in covering(stretches, 10, 30) for place in range(start, end)}
        assert used <= covered
