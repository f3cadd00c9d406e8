"""Seal what was committed, sign the chain's end, and ship it to where nobody of the platform can change it."""

from __future__ import annotations

import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection

from base import platform_key
from tenants.audit.chain import Head, head_message
from tenants.models import AuditAnchor

AT_ONCE = 5000
EVERY = timedelta(hours=1)
_log = logging.getLogger(__name__)


def audit_seal() -> int:
    """Link every row that is committed and can have no older one still coming. → how many."""
    sealed = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sec.audit_seal(%s)", [AT_ONCE])
            made: int = cursor.fetchone()[0]
        sealed += made
        if made < AT_ONCE:
            return sealed


def audit_anchor(*, now: datetime) -> Head | None:
    """Sign and ship the chain's end when an hour has passed and it has grown; None when there is nothing to do.

    Shipped first and written down afterwards: what could not be shipped is tried again at the next run.
    """
    last = AuditAnchor.objects.order_by("-position").first()
    if last is not None and now - last.at < EVERY:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.audit_head()")
        row = cursor.fetchone()
    if row is None or (last is not None and row[0] <= last.position):
        return None
    position, link = row[0], bytes(row[1])
    signature = platform_key.private_key().sign(head_message(position, link, now))
    head = Head(position, link, now, platform_key.key_id(), signature)
    _ship(head)
    AuditAnchor.objects.create(
        position=head.position, hash=head.hash, at=head.at, key_id=head.key_id, signature=head.signature
    )
    return head


def _ship(head: Head) -> None:
    if settings.AUDIT_ANCHOR_DIR:
        _write(Path(settings.AUDIT_ANCHOR_DIR), head)
    if settings.AUDIT_ANCHOR_EMAIL:
        subject = f"Otasuke audit head {head.position}"
        EmailMessage(subject, head.as_json(), None, [settings.AUDIT_ANCHOR_EMAIL]).send()
    if not settings.AUDIT_ANCHOR_DIR and not settings.AUDIT_ANCHOR_EMAIL:
        _log.warning("audit head %s stays inside: set AUDIT_ANCHOR_DIR or AUDIT_ANCHOR_EMAIL", head.position)


def _write(directory: Path, head: Head) -> None:
    """A new file each time; one that is there already is never opened for writing."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"head-{head.position:012d}.json"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:  # shipped, but not written down: that run was killed in between
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(head.as_json())
        file.flush()
        os.fsync(file.fileno())
