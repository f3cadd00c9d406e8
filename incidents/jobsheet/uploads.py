"""Photos and files on their way in: piece by piece, so that a lost connection loses nothing; then checked and kept."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from django.db.models import Sum

from incidents import scanning
from incidents.jobsheet import photos, sniffing, store
from incidents.jobsheet.receiving import UPLOAD_MOVES
from incidents.jobsheet.services import OPEN, KeyTaken, SheetClosed, job_locked
from incidents.models import Evidence, Job, Upload
from tenants.models import User
from tenants.moves import Party, require_move
from tenants.services import audit_record

MOST_FILE: Final = 100 * 1024 * 1024  # bytes; event logs of a PC stay well below. clamd's StreamMaxLength must allow it
MOST_JOB: Final = 1024 * 1024 * 1024  # all files of a job
MOST_PIECE: Final = 1024 * 1024


class UploadRefused(ValueError):
    """The file cannot be taken; the code says why (`large`, `full`, `empty`, `virus`, `photo`, `heic`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OffsetWrong(ValueError):
    """The phone and the platform disagree where to go on; `received` bytes are here."""

    def __init__(self, received: int) -> None:
        super().__init__(str(received))
        self.received = received


def upload_begin(
    *, job_id: int, key: uuid.UUID, name: str, size: int, caption: str = "", by: User, now: datetime
) -> Upload:
    """Announce a file. The same key again gives the same upload. Raises UploadRefused, SheetClosed, KeyTaken."""
    job = job_locked(job_id)
    known: Upload | None = Upload.objects.filter(tenant_id=job.tenant_id, key=key).first()
    if known is not None:
        if known.job_id != job.pk or known.size != size:
            raise KeyTaken(str(key))
        return known
    if job.state not in OPEN:
        raise SheetClosed(job.state)
    if not 0 < size <= MOST_FILE:
        raise UploadRefused("large" if size > 0 else "empty")
    promised = Upload.objects.filter(job=job).exclude(state=Upload.State.REFUSED).aggregate(sum=Sum("size"))["sum"] or 0
    if promised + size > MOST_JOB:
        raise UploadRefused("full")
    upload: Upload = Upload.objects.create(
        tenant_id=job.tenant_id, job=job, key=key, by=by, entered_at=now, name=_name(name), size=size,
        caption=caption.strip()[:300],
    )  # fmt: skip
    return upload


def upload_of(job_id: int, key: uuid.UUID) -> Upload:
    """Under its row lock. Raises Upload.DoesNotExist."""
    upload: Upload = Upload.objects.select_for_update().get(job_id=job_id, key=key)
    return upload


def upload_append(*, upload: Upload, offset: int, source: IO[bytes], length: int) -> Upload:
    """Take the next piece. A finished or refused upload stays as it is.

    Raises OffsetWrong when the piece does not begin where the last one ended.
    """
    if upload.state != Upload.State.RECEIVING:
        return upload
    path = store.incoming_path(upload.tenant_id, upload.key)
    here = min(upload.received, path.stat().st_size if path.exists() else 0)
    if offset != here:
        raise OffsetWrong(here)
    received = store.append(path, offset, source, length, most=min(MOST_PIECE, upload.size - offset))
    upload.received = received
    upload.save(update_fields=["received"])
    return upload


def upload_finish(*, upload: Upload, now: datetime) -> Evidence | None:
    """Check a file that has arrived whole and keep it; None while pieces are missing. Again: the same evidence.

    A refused file is deleted, and the upload says why (`problem`). Raises scanning.ScannerSilent.
    """
    if upload.state != Upload.State.RECEIVING:
        found: Evidence | None = Evidence.objects.filter(tenant_id=upload.tenant_id, key=upload.key).first()
        return found
    if upload.received < upload.size:
        return None
    path = store.incoming_path(upload.tenant_id, upload.key)
    try:
        checked = _checked(path)
        made = _kept(upload, path, checked, now)
    except UploadRefused as refused:
        path.unlink(missing_ok=True)
        _settle(upload, Upload.State.REFUSED, refused.code)
        return None
    _settle(upload, Upload.State.DONE)
    return made


def evidence_open(*, evidence: Evidence) -> IO[bytes]:
    """The file to read. Raises store.Tampered when it is not what was stored."""
    return store.opened(evidence.tenant_id, evidence.sha256)


def _checked(path: Path) -> str:
    if not scanning.scanner_there():
        return Evidence.Checked.NOT_CHECKED
    with path.open("rb") as file:
        if scanning.virus_in(file) is not None:
            raise UploadRefused("virus")
    return Evidence.Checked.CLEAN


def _kept(upload: Upload, path: Path, checked: str, now: datetime) -> Evidence:
    original = store.sha256_of(path)
    with path.open("rb") as file:
        media_type = sniffing.media_type(file.read(sniffing.HEAD))
    if media_type == "image/heic":
        raise UploadRefused("heic")
    kept, kind = path, Evidence.Kind.FILE
    if media_type in sniffing.IMAGES:
        kept, kind = path.with_suffix(".bare"), Evidence.Kind.PHOTO
        try:
            media_type = photos.redraw(path, kept, media_type)
        except photos.PhotoUnreadable as error:
            kept.unlink(missing_ok=True)
            raise UploadRefused("photo") from error
    size = kept.stat().st_size
    sha256 = store.keep(kept, upload.tenant_id)
    path.unlink(missing_ok=True)
    job: Job = upload.job
    made: Evidence = Evidence.objects.create(
        tenant_id=upload.tenant_id, job_id=upload.job_id, key=upload.key, by_id=upload.by_id, entered_at=now, kind=kind,
        name=upload.name, caption=upload.caption, media_type=media_type, size=size, sha256=sha256,
        original_sha256=original, checked=checked,
    )  # fmt: skip
    audit_record(
        code="evidence.kept", subject=f"job:{job.number}", tenant_id=upload.tenant_id, name=upload.name, sha256=sha256,
        original_sha256=original,
    )  # fmt: skip
    return made


def _settle(upload: Upload, state: str, problem: str = "") -> None:
    party = Party.RULE if problem else Party.VENDOR
    require_move(UPLOAD_MOVES, upload.state, state, party=party)
    upload.state, upload.problem = state, problem
    upload.save(update_fields=["state", "problem"])


def _name(name: str) -> str:
    """The last part of a path, without signs that end lines or headers."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[-200:] or "file"
