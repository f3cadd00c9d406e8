"""Which files all boxes of a programme stop: weighed, bounded, for a time, and by whom.

A box may be wrong, or speak for somebody who wants a good file blocked everywhere. What its antivirus says is a report;
the file is shared when several firms of the programme report it, or when an analyst decides so.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy

from base.reasons import says_something
from base.refusals import Refusal
from sensors.models import FileReport, KnownFile
from tenants.audit.record import audit_record, audit_record_of_nobody
from tenants.models import User
from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at

REPORTS_COUNT_FOR = timedelta(days=30)
SHARED_FOR = timedelta(days=90)
MOST_SHARED = 10_000  # of a programme: the newest
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Files that are everywhere and carry nothing; what else is known to be good, an analyst enters for the programme.
WELL_KNOWN = frozenset(
    {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # no bytes at all
        "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",  # a line feed
        "7eb70257593da06f682a3ddda54a9d260d4fc514f645237f5ca74b08f8da61a6",  # CR LF
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",  # one zero
    }
)
SETTINGS = (
    Setting(
        key="file_firms",
        label=gettext_lazy("ウイルスとされたファイルを、すべての会社で止める会社数"),
        hint=gettext_lazy("同じファイルが30日のうちにこの数の会社で見つかると、すべてのセンサーで止めます。"),
        default=3,
        least=2,
        most=50,
        unit=gettext_lazy("社"),
    ),
    Setting(
        key="file_reports_a_day",
        label=gettext_lazy("1台のセンサーから1日に数えるファイルの数"),
        hint=gettext_lazy("これを超えた分は、その会社のお知らせになるだけで、ほかの会社で止める判断には数えません。"),
        default=20,
        least=1,
        most=500,
        unit=gettext_lazy("件"),
    ),
)


class FileRefused(Refusal):
    """`str()` is one of not_a_hash, well_known, no_reason."""


def file_report(*, tenant_id: int, sensor_id: int, sha256: str, signature: str, now: datetime) -> bool:
    """Store a file that a box's antivirus condemned, inside its firm's scope. → True when it is shared from now on.

    What is no hash, what is known to be good, and more than a box's share of a day are not counted.
    """
    enrolment = enrolment_current(tenant_id=tenant_id)
    if enrolment is None or not _SHA256.fullmatch(sha256) or sha256 in WELL_KNOWN:
        return False
    programme_id = enrolment.programme_id
    values = values_of(settings_at(programme_id=programme_id, at=now), SETTINGS)
    reports = FileReport.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id)
    if not reports.filter(sha256=sha256).update(reported_at=now):
        today = reports.filter(reported_at__gt=now - timedelta(days=1)).count()
        if today >= int(values["file_reports_a_day"]):
            return False
        FileReport.objects.bulk_create(
            [
                FileReport(
                    tenant_id=tenant_id,
                    sensor_id=sensor_id,
                    sha256=sha256,
                    signature=signature[:200],
                    reported_at=now,
                )
            ],
            ignore_conflicts=True,
        )
    if _firms(programme_id, sha256, now) < max(2, int(values["file_firms"])):
        return False
    return _share(programme_id, sha256, signature, now)


def _firms(programme_id: int, sha256: str, now: datetime) -> int:
    """How many firms of the programme reported the file lately; whose they are stays behind the wall."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.file_reporters(%s, %s, %s)", (programme_id, sha256, now - REPORTS_COUNT_FOR))
        return int(cursor.fetchone()[0])


def _share(programme_id: int, sha256: str, signature: str, now: datetime) -> bool:
    row, made = KnownFile.objects.get_or_create(
        programme_id=programme_id,
        sha256=sha256,
        defaults={"signature": signature[:200], "learned_at": now, "expires_at": now + SHARED_FOR},
    )
    if made:
        audit_record_of_nobody(code="known_file.shared", subject=f"known_file:{row.pk}", sha256=sha256)
    elif row.basis == KnownFile.Basis.FIRMS and row.kind == KnownFile.Kind.BLOCK and row.withdrawn_at is None:
        KnownFile.objects.filter(pk=row.pk).update(expires_at=now + SHARED_FOR)
    return made


def hashes_stopped(*, programme_id: int, now: datetime) -> list[str]:
    """What all boxes of the programme stop now, oldest first."""
    rows = KnownFile.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        programme_id=programme_id,
        kind=KnownFile.Kind.BLOCK,
        withdrawn_at__isnull=True,
    )
    newest = rows.order_by("-learned_at", "-pk").values_list("pk", "sha256")[:MOST_SHARED]
    return [sha256 for _pk, sha256 in sorted(newest)]


def file_decide(*, programme_id: int, sha256: str, kind: str, reason: str, by: User, now: datetime) -> KnownFile:
    """An analyst has a file stopped at all boxes, or says that it is good. Raises FileRefused."""
    wanted = sha256.strip().lower()
    if not _SHA256.fullmatch(wanted):
        raise FileRefused("not_a_hash")
    if kind == KnownFile.Kind.BLOCK and wanted in WELL_KNOWN:
        raise FileRefused("well_known")
    if not says_something(reason):
        raise FileRefused("no_reason")
    row: KnownFile
    row, _made = KnownFile.objects.update_or_create(
        programme_id=programme_id,
        sha256=wanted,
        defaults={
            "kind": kind,
            "basis": KnownFile.Basis.ANALYST,
            "reason": reason.strip()[:200],
            "decided_by": by,
            "learned_at": now,
            "expires_at": now + SHARED_FOR if kind == KnownFile.Kind.BLOCK else None,
            "withdrawn_at": None,
        },
    )
    audit_record(code="known_file.decided", subject=f"known_file:{row.pk}", sha256=wanted, kind=kind, reason=row.reason)
    return row


def file_withdraw(*, programme_id: int, sha256: str, reason: str, by: User, now: datetime) -> bool:
    """No box stops the file any more, from its next question for orders on. → False when none does.

    Raises FileRefused.
    """
    if not says_something(reason):
        raise FileRefused("no_reason")
    rows = KnownFile.objects.filter(
        programme_id=programme_id, sha256=sha256, kind=KnownFile.Kind.BLOCK, withdrawn_at__isnull=True
    )
    changed = rows.update(withdrawn_at=now, decided_by=by, reason=reason.strip()[:200])
    if changed:
        audit_record(code="known_file.withdrawn", subject=f"sha256:{sha256[:12]}", sha256=sha256, reason=reason[:200])
    return bool(changed)
