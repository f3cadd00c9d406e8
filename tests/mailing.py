"""A real SMTP server, and alert groups as the intake would store them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pytest_django import Settings

from alerts.models import AlertGroup
from base.sealing import unseal
from ops.processes import Supervisor, free_port, smtp_sink
from ops.smtp_sink import Mail, read_mail
from tenants.tenancy.scope import tenant_scope
from tests.access.world import superuser
from tests.factories import Box

HOUR = datetime(2026, 11, 20, 5, tzinfo=UTC)  # 14:00 in Japan


class Mailbox:
    """What the mail server got."""

    def __init__(self, port: int, directory: Path) -> None:
        self.port = port
        self.directory = directory

    def mails(self, to: str | None = None) -> list[Mail]:
        return read_mail(self.directory, to=to)


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder the mail server may enter, which runs as nobody: pytest closes the folders of all its sessions."""
    with TemporaryDirectory(prefix="otasuke-mail-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A running SMTP server to which the platform sends."""
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port(), False
    with folder_for_all() as folder, Supervisor(folder) as supervisor:
        port, directory = settings.EMAIL_PORT, folder / "mail"
        supervisor.start(smtp_sink(port, directory))
        yield Mailbox(port, directory)


def account_mails() -> list[dict[str, str]]:
    """The waiting mails about people's own accounts, oldest first: to, subject, text, html."""
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "SELECT sealed FROM notifications_accountmail WHERE state = 'waiting' ORDER BY created_at, due_at"
        )
        rows = cursor.fetchall()
    server.close()
    return [json.loads(unseal(row[0])) for row in rows]


def group_make(box: Box, **fields: object) -> AlertGroup:
    """Store an alert group of the box's firm: by default a ★★ callback of one device in the hour from 14:00 JST."""
    hour = fields.get("hour", HOUR)
    assert isinstance(hour, datetime)
    values: dict[str, object] = {
        "hour": hour,
        "function": "ips",
        "direction": "outbound",
        "family": "malware:foobot",
        "asset_key": "02:00:5e:00:53:01",
        "asset_ip": "192.168.1.20",
        "asset_mac": "02:00:5e:00:53:01",
        "signature": "ET MALWARE Foobot Checkin",
        "peer": "203.0.113.9",
        "grade": 2,
        "notify": "digest",
        "rule": "outbound-malware",
        "alert_count": 3,
        "blocked_count": 3,
        "first_at": hour + timedelta(minutes=2),
        "last_at": hour + timedelta(minutes=40),
    }
    with tenant_scope(box.sensor.tenant_id):
        made: AlertGroup = AlertGroup.objects.create(
            tenant_id=box.sensor.tenant_id, sensor=box.sensor, **(values | fields)
        )
    return made


def high_group_make(box: Box, **fields: object) -> AlertGroup:
    """Store a ★★★ group."""
    high = {"grade": 3, "notify": "at_once", "rule": "outbound-malware-count", "alert_count": 7, "blocked_count": 7}
    return group_make(box, **(high | fields))
