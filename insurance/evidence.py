"""What a claim rests on, collected when it is submitted and frozen: from alert and notice to work, mark and invoice.

Devices, their addresses and the peers they spoke to stay with the firm: the insurer needs none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from alerts.models import AlertGroup
from base.about import about_row
from incidents.jobsheet.selectors import (
    entries_of,
    evidence_of,
    invoice_of_job,
    minutes_of,
    report_of,
    signoff_of,
)
from incidents.models import Decision, Incident, Job, JobOffer
from insurance.chain import Link, linked
from insurance.models import Claim, ClaimEvidence
from notifications.delivery import KIND_INCIDENT
from notifications.models import OutboxMessage

Piece = tuple[str, dict[str, Any]]
Kind = ClaimEvidence.Kind


def evidence_freeze(*, claim: Claim, round_number: int) -> str:
    """Store the claim's evidence as it is now; → the hash of the whole. The scope must see the firm."""
    links = linked(
        [*_alerts(claim), *_notices(claim), *_choices(claim), *_work(claim), *_signoff(claim), *_bill(claim)]
    )
    ClaimEvidence.objects.bulk_create(
        ClaimEvidence(
            tenant_id=claim.tenant_id,
            claim=claim,
            round=round_number,
            position=place,
            kind=link.kind,
            data=link.data,
            sha256=link.sha256,
            chain_sha256=link.chain_sha256,
        )
        for place, link in enumerate(links, start=1)
    )
    return links[-1].chain_sha256


def evidence_links(claim: Claim) -> list[Link]:
    """The stored links of the claim's newest round."""
    rows = ClaimEvidence.objects.filter(tenant_id=claim.tenant_id, claim=claim, round=claim.round).order_by("position")
    return [Link(row.kind, row.data, row.sha256, row.chain_sha256) for row in rows]


def _alerts(claim: Claim) -> Iterator[Piece]:
    groups = AlertGroup.objects.filter(tenant_id=claim.tenant_id, incidentgroup__incident_id=claim.incident_id)
    for group in groups.order_by("first_at", "pk"):
        yield (
            Kind.ALERT.value,
            {
                "function": group.function,
                "direction": group.direction,
                "signature": group.signature,
                "signature_id": group.signature_id,
                "grade": group.grade,
                "rule": group.rule,
                "count": group.alert_count,
                "blocked": group.blocked_count,
                "first_at": _at(group.first_at),
                "last_at": _at(group.last_at),
            },
        )
    incident: Incident = Incident.objects.get(tenant_id=claim.tenant_id, pk=claim.incident_id)
    yield (
        Kind.GRADE.value,
        {
            "incident": incident.number,
            "incident_kind": incident.kind,
            "grade": incident.grade,
            "opened_by": incident.opened_by,
            "opened_at": _at(incident.opened_at),
        },
    )


def _notices(claim: Claim) -> Iterator[Piece]:
    incident = about_row(Incident, claim.incident_id)
    mails = OutboxMessage.objects.filter(
        tenant_id=claim.tenant_id, kind=KIND_INCIDENT, about_type=incident.type, about_id=incident.id
    )
    for mail in mails.order_by("created_at", "pk"):
        yield (
            Kind.NOTICE.value,
            {
                "subject": mail.subject,
                "state": mail.state,
                "written_at": _at(mail.created_at),
                "sent_at": _at(mail.sent_at),
                "text_sha256": hashlib.sha256(mail.text.encode()).hexdigest(),
            },
        )


def _choices(claim: Claim) -> Iterator[Piece]:
    job: Job = Job.objects.get(tenant_id=claim.tenant_id, pk=claim.job_id)
    yield (
        Kind.CONSENT.value,
        {
            "what": "asked",
            "job": job.number,
            "way": job.way,
            "at": _at(job.requested_at),
            "wish": job.wish,
        },
    )
    way = ""
    for choice in Decision.objects.filter(tenant_id=claim.tenant_id, job=job).order_by("at", "pk"):
        if choice.way == way:
            continue  # said again, not decided again
        way = choice.way
        yield (
            Kind.CONSENT.value,
            {
                "what": "choice",
                "way": choice.way,
                "channel": choice.channel,
                "said_by": choice.said_by,
                "at": _at(choice.at),
                "shown_sha256": choice.shown_sha256,
            },
        )
    offers = JobOffer.objects.filter(tenant_id=claim.tenant_id, job=job, state="accepted").select_related("vendor")
    for offer in offers.order_by("offered_at", "pk"):
        yield (
            Kind.CONSENT.value,
            {
                "what": "vendor",
                "vendor": offer.vendor.name,
                "offered_at": _at(offer.offered_at),
                "at": _at(offer.answered_at),
            },
        )


def _work(claim: Claim) -> Iterator[Piece]:
    entries = entries_of(claim.job_id)
    if entries:
        minutes = minutes_of(claim.job_id)
        yield (
            Kind.WORK.value,
            {
                "minutes": {kind: spent for kind, spent in minutes.items() if spent},
                "total_minutes": sum(minutes.values()),
                "entries": [
                    {
                        "kind": row.kind,
                        "way": row.way,
                        "from": _at(row.started_at),
                        "to": _at(row.stopped_at),
                        "minutes": row.minutes,
                        "note": row.note or row.reason,
                        "source": row.source,
                        "entered_at": _at(row.entered_at),
                    }
                    for row in entries
                ],
            },
        )
    for file in evidence_of(claim.job_id):
        yield (
            Kind.FILE.value,
            {
                "name": file.name,
                "caption": file.caption,
                "media_type": file.media_type,
                "size": file.size,
                "file_sha256": file.sha256,
            },
        )


def _signoff(claim: Claim) -> Iterator[Piece]:
    """The firm's mark under the vendor's newest report: who has seen that the work was done, and where they said so."""
    report = report_of(claim.job_id)
    mark = signoff_of(report)
    if report is None or mark is None:
        return
    yield (
        Kind.SIGNOFF.value,
        {
            "name": mark.name,
            "at": _at(mark.entered_at),
            "place": mark.place,
            "drawn": bool(mark.strokes),
            "remark": mark.remark,
            "report_version": report.version,
            "report_sha256": mark.report_sha256,
        },
    )


def _bill(claim: Claim) -> Iterator[Piece]:
    invoice = invoice_of_job(claim.job_id)
    yield (
        Kind.INVOICE.value,
        {
            "number": claim.invoice_number,
            "on": claim.invoice_on.isoformat(),
            "vendor": claim.vendor.name,
            "registration": invoice.registration_number if invoice else "",
            "total_yen": claim.claimed_yen,
            "tax_yen": claim.tax_yen,
            "lines": invoice.lines if invoice else [],
        },
    )
    yield (
        Kind.COVER.value,
        {
            "policy_from": claim.policy.valid_from.isoformat(),
            "limit_yen": claim.limit_yen,
            "tax_rule": claim.policy.tax_rule,
            "year_first": claim.year_first.isoformat(),
            "year_last": claim.year_last.isoformat(),
            "asked_yen": claim.asked_yen,
            "own_yen": claim.own_yen,
        },
    )


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
