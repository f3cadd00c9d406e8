"""Whose batches are worked on, in which portions, and what becomes of one that cannot be worked on in time."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from alerts import inbox
from alerts.batches import MOST_LINES
from alerts.inbox import MOST_ATTEMPTS, MOST_INTERRUPTED, inbox_turn
from alerts.models import Alert, InboxBatch
from notifications.models import Attention
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all


def _place(cast: Cast) -> dict[str, int]:
    return {"tenant_id": cast.sakura_dental.pk, "sensor_id": cast.sakura_box.sensor.pk}


def _turn(cast: Cast, now: datetime | None = None, budget: float | None = None) -> list[dict[str, Any]]:
    return inbox_turn(**_place(cast), now=now or datetime.now(UTC), budget=budget)


def _alerts(cast: Cast) -> int:
    with tenant_scope(cast.sakura_dental.pk):
        return Alert.objects.count()


def _aside(cast: Cast) -> list[dict[str, Any]]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Attention.objects.filter(kind="batch_aside", closed_at=None).values_list("facts", flat=True))


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Boxes a worker was asked for at the end of a turn."""
    boxes: list[int] = []
    monkeypatch.setattr(inbox, "wake", lambda _name, *, tenant_id, sensor_id: boxes.append(sensor_id))
    return boxes


def test_small_batches_that_wait_are_taken_together(cast: Cast, woken: list[int]) -> None:
    sender = Sender(cast.sakura_box)
    for _ in range(120):
        sender.batch([alert_line()])
    assert len(_turn(cast)) == 120
    assert woken == []
    assert _alerts(cast) == 120


def test_a_turn_is_no_longer_than_one_large_batch(cast: Cast, woken: list[int]) -> None:
    sender = Sender(cast.sakura_box)
    sender.batch([b"{}"] * (MOST_LINES - 10))
    sender.batch([alert_line()] * 10)
    sender.batch([alert_line()])
    assert len(_turn(cast)) == 2
    assert woken == [cast.sakura_box.sensor.pk], "the rest waits behind other firms"


def test_the_worker_that_is_woken_for_the_rest_can_begin_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the rest would wait for the next sweep: ten seconds for each five hundred batches."""
    sender = Sender(cast.sakura_box)
    sender.batch([alert_line()] * MOST_LINES)
    sender.batch([alert_line()])
    answers: list[list[dict[str, Any]]] = []
    monkeypatch.setattr(inbox, "wake", lambda *_task, **_box: _in_another_session(lambda: answers.append(_turn(cast))))
    _turn(cast)
    assert [outcome["alerts"] for [outcome] in answers] == [1]


def test_a_firm_holds_one_worker_at_a_time(cast: Cast) -> None:
    Sender(cast.sakura_box).batch([alert_line()])
    Sender(cast.yamada_box).batch([alert_line()])
    with inbox._firm_held(cast.sakura_dental.pk) as held:
        assert held
        answers: list[list[dict[str, Any]]] = []
        _in_another_session(lambda: answers.append(_turn(cast)))
        assert answers == [[]]
        _in_another_session(lambda: answers.append(ingest_all(cast.yamada_box)))
        assert len(answers[1]) == 1, "another firm's goes on meanwhile"
    assert len(_turn(cast)) == 1


def _in_another_session(work: Callable[[], object]) -> None:
    import threading

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_batch_whose_time_is_spent_is_set_aside_and_a_person_is_told(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    sender.batch([alert_line()] * 5)
    [outcome] = _turn(cast, budget=0.0)
    assert "more than 0 s of work" in outcome["failed"]
    [facts] = _aside(cast)
    with tenant_scope(cast.sakura_dental.pk):
        [batch] = InboxBatch.objects.all()
        assert facts["batch_id"] == str(batch.batch_id)
        assert (batch.attempts, batch.processed_at) == (MOST_ATTEMPTS, None), "it is kept"
    sender.batch([alert_line()])
    assert len(ingest_all(cast.sakura_box)) == 1, "the next one is worked on, this one is not tried again by itself"
    assert _alerts(cast) == 1


def _worker_dies_at_work(cast: Cast, now: datetime) -> None:
    connections.close_all()
    child = os.fork()
    if child == 0:

        def die(*_what: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(inbox, "portion_ingest", die)  # noqa: B010 - in this child only
        inbox_turn(**_place(cast), now=now)
        os._exit(0)
    os.waitpid(child, 0)


def _until_free(cast: Cast) -> None:
    """PostgreSQL notices that the worker's session has ended."""
    for _ in range(100):
        with inbox._firm_held(cast.sakura_dental.pk) as held:
            if held:
                return
        time.sleep(0.05)
    raise AssertionError("the dead worker's lock is still held")


def test_a_batch_that_takes_its_worker_down_each_time_is_set_aside_and_the_others_go_on(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    for _ in range(3):
        sender.batch([alert_line()])
    now = datetime.now(UTC)
    with tenant_scope(cast.sakura_dental.pk):
        bad = InboxBatch.objects.order_by("first_seq")[0].batch_id
    for number in range(MOST_INTERRUPTED):
        _worker_dies_at_work(cast, now + timedelta(hours=number))
        _until_free(cast)
    outcomes = [outcome for _ in range(4) for outcome in _turn(cast, now=now + timedelta(hours=5))]
    assert len(outcomes) == 2
    assert _alerts(cast) == 2
    [facts] = _aside(cast)
    assert facts["batch_id"] == str(bad)


def test_one_interruption_costs_nothing(cast: Cast) -> None:
    """A machine that is switched off in the middle: the same batches are next, in their order."""
    sender = Sender(cast.sakura_box)
    for _ in range(3):
        sender.batch([alert_line()])
    now = datetime.now(UTC)
    _worker_dies_at_work(cast, now)
    _until_free(cast)
    assert len(ingest_all(cast.sakura_box, now)) == 3
    assert _aside(cast) == []
