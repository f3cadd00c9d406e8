"""Photos and files on their way in: piece by piece, so that a lost connection loses nothing.

What has arrived whole is checked and kept by a worker (incidents.jobsheet.checking).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import IO, Final

from django.db.models import Sum

from base.moves import Party, require_move
from base.refusals import Refusal
from incidents.jobsheet import store
from incidents.jobsheet.file_names import file_name
from incidents.jobsheet.services import OPEN, KeyTaken, SheetClosed, job_locked
from incidents.models import Evidence, Upload
from incidents.states.upload import UPLOAD_MOVES, UploadState
from tenants.models import User
from tenants.tenancy.jobs import wake

MOST_FILE: Final = 100 * 1024 * 1024  # bytes; event logs of a PC stay well below. clamd's StreamMaxLength must allow it
MOST_JOB: Final = 1024 * 1024 * 1024  # all files of a job
MOST_PIECE: Final = 1024 * 1024
CHECK_TASK: Final = "incidents.tasks.check_uploads"


class UploadRefused(Refusal):
    """The file cannot be taken; the code says why (jobsheet.wording.UPLOAD_PROBLEMS)."""

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
    promised = Upload.objects.filter(job=job).exclude(state=UploadState.REFUSED).aggregate(sum=Sum("size"))["sum"] or 0
    if promised + size > MOST_JOB:
        raise UploadRefused("full")
    upload: Upload = Upload.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        name=file_name(name),
        size=size,
        caption=caption.strip()[:300],
    )
    return upload


def upload_of(job_id: int, key: uuid.UUID) -> Upload:
    """Under its row lock. Raises Upload.DoesNotExist."""
    upload: Upload = Upload.objects.select_for_update().get(job_id=job_id, key=key)
    return upload


def upload_append(*, upload: Upload, offset: int, source: IO[bytes], length: int) -> Upload:
    """Take the next piece. A finished or refused upload stays as it is.

    Raises OffsetWrong when the piece does not begin where the last one ended.
    """
    if upload.state != UploadState.RECEIVING:
        return upload
    path = store.incoming_path(upload.tenant_id, upload.key)
    here = min(upload.received, path.stat().st_size if path.exists() else 0)
    if offset != here:
        raise OffsetWrong(here)
    received = store.append(path, offset, source, length, most=min(MOST_PIECE, upload.size - offset))
    upload.received = received
    upload.save(update_fields=["received"])
    return upload


def upload_arrived(*, upload: Upload, now: datetime) -> Upload:
    """Hand a file that is here whole to the workers, who have it scanned and keep it; else change nothing."""
    if upload.state == UploadState.RECEIVING and upload.received >= upload.size:
        require_move(UPLOAD_MOVES, upload.state, UploadState.ARRIVED, party=Party.VENDOR)
        upload.state, upload.arrived_at = UploadState.ARRIVED, now
        upload.save(update_fields=["state", "arrived_at"])
        wake(CHECK_TASK)
    return upload


def evidence_open(*, evidence: Evidence) -> IO[bytes]:
    """The file to read. Raises store.Tampered when it is not what was stored."""
    return store.opened(evidence.tenant_id, evidence.sha256)
