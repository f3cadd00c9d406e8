"""Files that have arrived: scanned, photos drawn anew, kept as evidence. Done by a worker, one file at a time.

No file stops those behind it: a file the scanner gives no verdict on is tried MOST_TRIES times and then kept with the
mark that nobody looked into it; a photo that cannot be drawn is refused with words. Killed anywhere, a file is checked
again: what it needs lies on the disk until its row of evidence is committed.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from base.moves import Party, require_move
from incidents.jobsheet import photo_process, photos, sniffing, store
from incidents.jobsheet.doors import uploads_to_check
from incidents.jobsheet.uploads import UploadRefused
from incidents.models import Evidence, Upload
from incidents.scanning import ScanFailed, ScannerSilent, ScanVerdict, scan, scanner_there
from incidents.states.upload import UPLOAD_MOVES, UploadState
from tenants.audit.record import audit_record
from tenants.tenancy.scope import tenant_scope

MOST_TRIES: Final = 3
SCANNER_AWAY: Final = timedelta(hours=1)  # then a file is kept unseen, and says so
_log = logging.getLogger(__name__)


class NoVerdictYet(RuntimeError):
    """This file is to be tried again later."""


def uploads_check(*, now: datetime) -> int:
    """Check what waits, unless another worker of this machine is at it. → how many files were settled."""
    settled = 0
    with _one_at_a_time() as mine:
        if not mine:
            return 0
        for tenant_id, upload_id in uploads_to_check(now):
            try:
                settled += upload_check(tenant_id=tenant_id, upload_id=upload_id, now=now)
            except NoVerdictYet as problem:
                _log.warning("file %s of firm %s is tried again: %s", upload_id, tenant_id, problem)
            except Exception:
                _log.exception("file %s of firm %s could not be checked", upload_id, tenant_id)
                _try_count(tenant_id, upload_id, now)
    return settled


def upload_check(*, tenant_id: int, upload_id: int, now: datetime) -> bool:
    """Settle one file: evidence, or refused with a reason. → whether it was settled now. Raises NoVerdictYet."""
    with tenant_scope(tenant_id):
        upload: Upload | None = Upload.objects.filter(pk=upload_id, state=UploadState.ARRIVED).first()
    if upload is None:
        return False
    path = store.incoming_path(tenant_id, upload.key)
    try:
        checked = _checked(upload, path, now)
        kept, media_type = _drawn(upload, path, now)
    except UploadRefused as refused:
        return _refuse(upload, refused.code)
    except FileNotFoundError:
        return _refuse(upload, "lost")
    return _keep(upload, kept, media_type, checked, now)


def _checked(upload: Upload, path: Path, now: datetime) -> str:
    """Raises UploadRefused for a virus, NoVerdictYet while another try may help."""
    if not scanner_there():
        return Evidence.Checked.NOT_CHECKED
    try:
        with path.open("rb") as file:
            verdict = scan(file).verdict
    except ScanFailed as problem:
        _count_or_give_up(upload, now, problem)
        return Evidence.Checked.NOT_LOOKED_INTO
    except ScannerSilent as problem:
        if upload.arrived_at is None or now - upload.arrived_at < SCANNER_AWAY:
            raise NoVerdictYet(str(problem)) from problem
        return Evidence.Checked.NOT_LOOKED_INTO
    if verdict is ScanVerdict.INFECTED:
        raise UploadRefused("virus")
    return Evidence.Checked.CLEAN if verdict is ScanVerdict.CLEAN else Evidence.Checked.NOT_LOOKED_INTO


def _drawn(upload: Upload, path: Path, now: datetime) -> tuple[Path, str]:
    """What is kept and its type. Raises UploadRefused, NoVerdictYet."""
    with path.open("rb") as file:
        media_type = sniffing.media_type(file.read(sniffing.HEAD))
    if media_type in sniffing.PLACE_STAYS:
        raise UploadRefused("place")
    if media_type not in sniffing.IMAGES:
        return path, media_type
    bare = path.with_suffix(".bare")
    bare.unlink(missing_ok=True)
    try:
        return bare, photo_process.redrawn(path, bare)
    except photos.PhotoTooLarge as error:
        raise UploadRefused("pixels") from error
    except photos.PhotoUnreadable as error:
        raise UploadRefused("photo") from error
    except photo_process.DrawingStopped as problem:
        _count_or_give_up(upload, now, problem)
        raise UploadRefused("photo") from problem


def _count_or_give_up(upload: Upload, now: datetime, problem: Exception) -> None:
    """Raises NoVerdictYet while tries are left."""
    if upload.attempts + 1 < MOST_TRIES:
        _try_count(upload.tenant_id, upload.pk, now)
        raise NoVerdictYet(str(problem)) from problem


def _try_count(tenant_id: int, upload_id: int, now: datetime) -> None:
    """One more try without a verdict; after MOST_TRIES of them, by whatever failure, the file is refused."""
    with tenant_scope(tenant_id):
        upload = Upload.objects.select_for_update().filter(pk=upload_id, state=UploadState.ARRIVED).first()
        if upload is None:
            return
        upload.attempts, upload.tried_at = upload.attempts + 1, now
        upload.save(update_fields=["attempts", "tried_at"])
        if upload.attempts >= MOST_TRIES:
            _settle(upload, UploadState.REFUSED, "failed")


def _keep(upload: Upload, kept: Path, media_type: str, checked: str, now: datetime) -> bool:
    path = store.incoming_path(upload.tenant_id, upload.key)
    original, size, photo = store.sha256_of(path), kept.stat().st_size, kept != path
    sha256 = store.keep(kept, upload.tenant_id)
    with tenant_scope(upload.tenant_id):
        locked = Upload.objects.select_for_update().filter(pk=upload.pk, state=UploadState.ARRIVED).first()
        if locked is None:
            return False
        job = locked.job
        Evidence.objects.create(
            tenant_id=upload.tenant_id,
            job_id=upload.job_id,
            key=upload.key,
            by_id=upload.by_id,
            entered_at=now,
            kind=Evidence.Kind.PHOTO if photo else Evidence.Kind.FILE,
            name=upload.name,
            caption=upload.caption,
            media_type=media_type,
            size=size,
            sha256=sha256,
            original_sha256=original,
            checked=checked,
        )
        audit_record(
            code="evidence.kept",
            subject=f"job:{job.number}",
            tenant_id=upload.tenant_id,
            name=upload.name,
            sha256=sha256,
            original_sha256=original,
        )
        _settle(locked, UploadState.DONE)
    _forget_incoming(path)
    return True


def _refuse(upload: Upload, code: str) -> bool:
    with tenant_scope(upload.tenant_id):
        locked = Upload.objects.select_for_update().filter(pk=upload.pk, state=UploadState.ARRIVED).first()
        if locked is None:
            return False
        _settle(locked, UploadState.REFUSED, code)
    return True


def _settle(upload: Upload, state: str, problem: str = "") -> None:
    require_move(UPLOAD_MOVES, upload.state, state, party=Party.RULE)
    upload.state, upload.problem = state, problem
    upload.save(update_fields=["state", "problem"])
    if problem:
        transaction.on_commit(lambda: _forget_incoming(store.incoming_path(upload.tenant_id, upload.key)))


def _forget_incoming(path: Path) -> None:
    for leftover in (path, path.with_suffix(".bare")):
        leftover.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time() -> Iterator[bool]:
    """Whether this process may check files now: pictures take memory, so a machine draws one at a time."""
    with store.lock_path().open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
