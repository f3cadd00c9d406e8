"""Celery application. Work waiting is a row in PostgreSQL: Celery only wakes workers, and beat sweeps up the rest."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from kombu import Exchange, Queue

from otasuke.queues import DEFAULT, LANES, TIME_LIMITS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")

app = Celery("otasuke")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # A dead broker must not hold a web request: give up at once, the sweep takes what was left.
    broker_transport_options={
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        # No list of unacknowledged messages in Redis: a lost message costs a sweep, while kombu's own restoring of that
        # list ends the whole worker when Redis dies under it (kombu 5.7, tests/faults).
        "ack_emulation": False,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    },
    task_publish_retry=False,
    timezone="Asia/Tokyo",
    # A worker that is not told which queues to take takes all of them.
    task_queues=[Queue(lane.queue, Exchange(lane.queue), routing_key=lane.queue) for lane in LANES],
    task_default_queue=DEFAULT.queue,
    task_default_exchange=DEFAULT.queue,
    task_default_routing_key=DEFAULT.queue,
    task_create_missing_queues=False,
    task_routes={pattern: {"queue": lane.queue} for lane in LANES for pattern in lane.tasks},
    task_annotations={task: {"time_limit": seconds} for task, seconds in TIME_LIMITS.items()},
    # A sweep that waited until the next one comes is not needed any more.
    beat_schedule={
        "sweep-inbox": {"task": "alerts.tasks.sweep_inbox", "schedule": 10.0},
        "claim-groups": {"task": "incidents.tasks.claim_groups", "schedule": 10.0, "options": {"expires": 10}},
        "open-desk-tasks": {"task": "incidents.tasks.open_desk_tasks", "schedule": 15.0, "options": {"expires": 15}},
        "take-desk-mail": {"task": "incidents.tasks.take_desk_mail", "schedule": 30.0, "options": {"expires": 30}},
        "check-uploads": {"task": "incidents.tasks.check_uploads", "schedule": 15.0, "options": {"expires": 15}},
        "tell-firms": {"task": "incidents.tasks.tell_firms", "schedule": 15.0, "options": {"expires": 15}},
        "send-outbox": {"task": "notifications.tasks.send_outbox", "schedule": 5.0, "options": {"expires": 5}},
        "send-posts": {"task": "notifications.tasks.send_posts", "schedule": 5.0, "options": {"expires": 5}},
        "send-account-mail": {
            "task": "notifications.tasks.send_account_mail",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "count-months": {"task": "reports.tasks.count_months", "schedule": 60.0, "options": {"expires": 60}},
        # Two at once work through a month; one that nobody took in time is superseded by the next.
        "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 10.0, "options": {"expires": 10}},
        "replay-tunings": {"task": "alerts.tasks.replay_tunings", "schedule": 15.0, "options": {"expires": 15}},
        "seal-audit": {"task": "tenants.tasks.seal_audit", "schedule": 60.0, "options": {"expires": 60}},
        "run-due": {"task": "portal.tasks.run_due", "schedule": 60.0, "options": {"expires": 60}},
        # Each queue's worker gives a sign of life (notifications.pulses); `/readyz` and manage.py watch look at it.
        **{
            f"pulse-{lane.queue}": {
                "task": "notifications.tasks.pulse",
                "args": [lane.queue],
                "schedule": 30.0,
                "options": {"expires": 30, "queue": lane.queue},
            }
            for lane in LANES
        },
    },
)
app.autodiscover_tasks()
# Celery closes the database connection around every task unless told otherwise; a new backend costs more than a batch.
app.conf["CELERY_DB_REUSE_MAX"] = 1000


@task_prerun.connect
def check_connections(**kwargs: Any) -> None:
    """What Django does before each request: drop a connection that is broken or too old."""
    from django.db import close_old_connections

    close_old_connections()
