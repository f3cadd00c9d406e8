"""What a stranger sends, and what takes long, waits in a queue of its own; however the platform is started, each queue
has its worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from celery import current_app

from ops.processes import worker
from otasuke.celery import app
from otasuke.queues import LANES, TIME_LIMITS

ROOT = Path(__file__).resolve().parent.parent.parent


def _queue_of(task: str) -> str:
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_lines_of_boxes_mails_and_reports_do_not_wait_behind_each_other() -> None:
    queues = {
        "alerts.tasks.ingest_batch": "intake",
        "notifications.tasks.send_outbox": "mail",
        "notifications.tasks.send_account_mail": "mail",
        "notifications.tasks.send_posts": "posts",
        "incidents.tasks.take_desk_mail": "desk-mail",
        "incidents.tasks.check_uploads": "files",
        "reports.tasks.sweep_reports": "long",
        "incidents.tasks.claim_groups": "work",
        "portal.tasks.run_due": "work",
    }
    assert {task: _queue_of(task) for task in queues} == queues


def test_each_queue_has_a_key_of_its_own() -> None:
    """With one key for all, a message would reach every queue that shares it."""
    queues = list(app.amqp.queues.values())
    assert len({(queue.exchange.name, queue.routing_key) for queue in queues}) == len(LANES) == len(queues)


def test_tasks_with_a_time_limit_are_there() -> None:
    app.loader.import_default_modules()
    assert set(TIME_LIMITS) <= set(current_app.tasks)
    assert {name: app.tasks[name].time_limit for name in TIME_LIMITS} == TIME_LIMITS


def _argument(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def _worked(command: list[str]) -> tuple[str, str, str]:
    return tuple(_argument(command, name) for name in ("--queues", "--concurrency", "--hostname"))  # type: ignore[return-value]


def test_supervisor_and_containers_start_the_same_workers() -> None:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    contained = {name: service for name, service in services.items() if "worker" in service.get("command", [])}
    supervised = {program.name: program for program in map(worker, LANES)}
    assert set(contained) == set(supervised) == {lane.program for lane in LANES}
    for name, service in contained.items():
        assert _worked(service["command"]) == _worked(list(supervised[name].command))
        assert _argument(service["healthcheck"]["test"], "--destination") == _argument(service["command"], "--hostname")
        assert service["environment"] | {"KIND_OF_WORK": "web"} == services["web"]["environment"]
        assert service["environment"]["KIND_OF_WORK"] == supervised[name].environment["KIND_OF_WORK"]
