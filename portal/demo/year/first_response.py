"""A ★★★ from the desk's call to the insurer's payment (OSK 3.4.3, 表4-33; 6.1.1)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from base.moves import Party
from incidents.core.course import incident_move
from incidents.dispatch.decisions import decision_record, sheet_sha256
from incidents.dispatch.offers import job_offer_answer, job_offer_put
from incidents.dispatch.selectors import job_of_incident
from incidents.jobsheet.billing import invoice_issue
from incidents.jobsheet.invoicing import Line
from incidents.jobsheet.records import Doer, Done, Finding, Severity, Step
from incidents.jobsheet.reporting import report_give, report_sign
from incidents.jobsheet.selectors import report_of
from incidents.jobsheet.services import record_add, work_add
from incidents.models import Decision, Incident, Job, SignOff
from incidents.states.incident import IncidentState
from incidents.states.invoice import Rounding
from insurance.claim_rules import ClaimState
from insurance.models import Claim
from insurance.services import claim_decide, claim_make, claim_pay, claim_submit
from portal.demo.year.people import Partners, Person
from portal.ui.help_sheet import sheet

_MINUTES: Final = (("travel", 40), ("hearing", 50), ("work", 80), ("waiting", 30), ("report", 35))
_YEN: Final = 48_000  # the one real claim of the programme, OSK 5.2.4
_MARK: Final = [[[10, 40], [40, 12], [70, 44], [100, 14], [130, 42]]]
_WORDS: Final = {
    "summary": "LANケーブルを抜いてもらい、電話と画面共有でフルスキャンをしました。見つかった1件を取り除きました。",
    "result": "駆除しました。",
    "advice": "1か月は様子を見てください。ブラウザーに保存したパスワードを変えてください。",
}


def first_response(partners: Partners, president: Person, incident: Incident) -> Claim:
    """The firm is called, chooses remote help, a vendor takes it and reports; the insurer pays the bill."""
    began = incident.opened_at
    job = _taken(partners, president, incident, began + timedelta(minutes=12))
    reported = _worked(partners.engineer, job, began + timedelta(hours=1))
    _signed(president, job, reported + timedelta(hours=2))
    billed = reported + timedelta(days=2)
    _billed(partners.engineer, job, billed)
    with partners.agent.acting() as agent:
        why = "修復の報告と検査の結果を確かめ、様子見に移しました。"
        incident_move(incident_id=incident.pk, to=IncidentState.WATCHING, by=agent, note=why, now=billed)
    return _paid(partners, job, billed + timedelta(days=1))


def _taken(partners: Partners, president: Person, incident: Incident, at: datetime) -> Job:
    with partners.agent.acting() as agent:
        incident_move(incident_id=incident.pk, to=IncidentState.CONTACTED, by=agent, note="電話しました。", now=at)
        shown = sheet(incident)
        decision_record(
            incident=incident,
            way=Job.Way.REMOTE,
            sheet=shown,
            read_sha256=sheet_sha256(shown),
            channel=Decision.Channel.PHONE,
            said_by="代表者",
            by=agent,
            now=at,
        )
        job = job_of_incident(incident)
        if job is None:
            raise LookupError(f"incident {incident.number} has no job")
        # The vendor reads what it is offered only while the offer runs, and that is asked now.
        runs_until = datetime.now(at.tzinfo) + timedelta(hours=1)
        offer = job_offer_put(
            job=job,
            vendor=partners.engineer.organisation,
            expires_at=runs_until,
            by=agent,
            party=Party.DESK,
            now=at,
        )
    with partners.engineer.acting() as engineer:
        job_offer_answer(offer_id=offer.pk, accept=True, by=engineer, now=at + timedelta(minutes=18))
    return Job(pk=job.pk, tenant_id=job.tenant_id)


def _worked(vendor: Person, job: Job, at: datetime) -> datetime:
    """→ when it was reported."""
    with vendor.acting() as engineer:
        for kind, minutes in _MINUTES:
            over = at + timedelta(minutes=minutes)
            work_add(job_id=job.pk, key=uuid.uuid4(), kind=kind, started_at=at, minutes=minutes, by=engineer, now=over)
            at = over
        for record in (
            Step(Doer.FIRM, "LANケーブルを抜き、フルスキャンを始めた"),
            Step(Doer.VENDOR, "画面を見ながら結果の読み方を説明した"),
            Finding("事務所のPC", "Trojan.Sample", Severity.HIGH, 1, Done.REMOVED),
        ):
            record_add(job_id=job.pk, key=uuid.uuid4(), record=record, by=engineer, now=at)
        report_give(job_id=job.pk, key=uuid.uuid4(), by=engineer, now=at, keep_isolated=False, **_WORDS)
    return at


def _signed(president: Person, job: Job, at: datetime) -> None:
    with president.acting() as user:
        report = report_of(job.pk)
        if report is None:
            raise LookupError(f"job {job.pk} has no report")
        report_sign(
            job_id=job.pk,
            key=uuid.uuid4(),
            sha256=report.sha256,
            name=str(user),
            strokes=_MARK,
            remark="すぐに来てもらえて助かりました。",
            place=SignOff.Place.PORTAL,
            by=user,
            now=at,
        )


def _billed(vendor: Person, job: Job, at: datetime) -> None:
    with vendor.acting() as engineer:
        invoice_issue(
            job_id=job.pk,
            key=uuid.uuid4(),
            number=f"{at:%Y%m}-{job.pk}",
            registration="",
            tax_included=True,
            rounding=Rounding.DOWN,
            lines=[Line("初動対応(遠隔) 235分", 1, "式", _YEN)],
            by=engineer,
            now=at,
        )


def _paid(partners: Partners, job: Job, at: datetime) -> Claim:
    with partners.agent.acting() as agent:
        claim = claim_make(job=Job.objects.get(pk=job.pk), by=agent, now=at)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=at)
    with partners.adjuster.acting():
        decided = at + timedelta(days=6)
        claim_decide(claim_id=claim.pk, to=ClaimState.APPROVED, approved_yen=claim.asked_yen, now=decided)
        paid = decided + timedelta(days=8)
        return claim_pay(claim_id=claim.pk, paid_on=paid.date(), now=paid)
