"""Redis only wakes workers: without it intake is as safe, and quick."""

from __future__ import annotations

import time

import pytest
from celery import current_app
from django.conf import settings
from django.db import connections

from alerts.models import Alert
from alerts.tasks import ingest_batch, sweep_inbox
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line


@pytest.fixture
def dead_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery's broker at a socket nobody listens on."""
    url = "redis+socket:///nonexistent/redis.sock?virtual_host=0"
    monkeypatch.setattr(current_app.conf, "broker_url", url)
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)
    for owner, name in ((current_app, "_pool"), (current_app.amqp, "_producer_pool")):
        monkeypatch.setattr(owner, name, None)


def test_a_batch_is_taken_at_once_though_redis_is_dead(cast: Cast, dead_redis: None) -> None:
    sender = Sender(cast.sakura_box)
    for _ in range(3):
        began = time.monotonic()
        assert sender.batch([alert_line()]).status_code == 202
        assert time.monotonic() - began < 1.5


def test_activation_and_time_work_though_the_cache_is_dead(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.cache import caches
    from django.test import Client, override_settings

    dead = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nonexistent/redis.sock"}}
    with override_settings(CACHES=dead):
        assert "default" in caches
        answer = Client().post("/api/v1/activations", "{}", content_type="application/json")
    assert answer.status_code == 400, "refused for its form, not for want of Redis"


def test_the_sweep_wakes_a_worker_for_what_was_left(
    cast: Cast, dead_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sender(cast.sakura_box).batch([alert_line()])
    Sender(cast.yamada_box).batch([alert_line()])
    woken: list[dict[str, int]] = []
    monkeypatch.setattr("alerts.tasks.wake", lambda name, **kwargs: woken.append(kwargs))
    sweep_inbox()
    assert {call["tenant_id"] for call in woken} == {cast.sakura_dental.pk, cast.yamada_works.pk}
    for call in woken:
        ingest_batch(**call)
    with tenant_scope(cast.yamada_works.pk):
        assert Alert.objects.count() == 1
    connections.close_all()
