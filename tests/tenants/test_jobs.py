"""A background task works for one firm, or only finds work for such tasks; the broker may be dead."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from celery import current_app, shared_task
from django.db import transaction

from sensors.models import Sensor
from tenants.tenancy import jobs
from tenants.tenancy.jobs import SystemTask, TenantTask, wake, wakes_joined
from tests.factories import Cast

DEAD_BROKER = """
import django, time
django.setup()
from django.db import transaction
from tenants.tenancy.jobs import wake
began = time.monotonic()
with transaction.atomic():
    wake("alerts.tasks.sweep_inbox")
print(time.monotonic() - began)
"""

AWAY = """
import django
django.setup()
from celery import shared_task
from otasuke.celery import app
from tenants.tenancy import jobs
jobs.LONGEST_PAUSE = 0
app.conf.task_eager_propagates = False
tries = []
real = jobs.tenant_scope
def watched(tenant_id):
    tries.append(task.request.retries)
    return real(tenant_id)
jobs.tenant_scope = watched
@shared_task(base=jobs.TenantTask, name="tests.away", max_retries=2)
def task(*, tenant_id):
    pass
task.apply(kwargs={"tenant_id": 1})
print("retries:", tries)
"""


@shared_task(base=TenantTask, name="tests.count_sensors")
def count_sensors(*, tenant_id: int) -> int:
    return int(Sensor.objects.count())


def test_a_task_sees_its_firm_only(cast: Cast) -> None:
    assert count_sensors(tenant_id=cast.sakura_dental.pk) == 1


def test_a_task_without_a_firm_does_not_start(cast: Cast) -> None:
    with pytest.raises(TypeError, match="needs tenant_id"):
        count_sensors()


def test_a_task_that_finds_no_database_is_tried_again(database: None) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", AWAY],
        env=os.environ | {"DATABASE_URL": "postgres://otasuke_app@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "retries: [0, 1, 2]"


def test_every_task_of_ours_is_of_one_of_the_two_kinds() -> None:
    import otasuke.celery

    otasuke.celery.app.loader.import_default_modules()
    ours = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    assert len(ours) > 3
    for name, task in ours.items():
        assert isinstance(task, TenantTask | SystemTask), name


def test_a_dead_broker_neither_fails_nor_holds_the_caller(database: None) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", DEAD_BROKER],
        env=os.environ | {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(answer.stdout) < 1.5


def test_joined_wakes_are_sent_once_at_first_and_once_more_at_the_end(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(jobs, "_publish", lambda name, arguments: published.append((name, arguments)))
    with wakes_joined():
        for number in range(50):
            with transaction.atomic():
                wake("tests.send")
                wake("tests.other", firm=number % 2)
        assert published == [("tests.send", {}), ("tests.other", {"firm": 0}), ("tests.other", {"firm": 1})]
    assert published[3:] == published[:3], "work that came after the first wake is seen too"
    wake("tests.send")
    assert published[6:] == [("tests.send", {})], "outside each is sent"


def test_joined_wakes_of_work_that_was_rolled_back_are_none(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(jobs, "_publish", lambda name, _arguments: published.append(name))
    with wakes_joined(), transaction.atomic():
        wake("tests.send")
        transaction.set_rollback(True)
    assert published == []
