"""What SOC or desk, the firm and its vendor each say of a group: true, false, or nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.judging import judgements_of
from alerts.models import AlertGroup
from alerts.models.judgement import JudgedAs, Verdict
from incidents.core.answers import answer_in_force
from incidents.core.doors import VendorReport, vendor_reports
from incidents.states.answer import Answer, NotDone


class Judge(StrEnum):
    """Whose word it is."""

    SOC = "soc"
    DESK = "desk"
    FIRM = "firm"
    VENDOR = "vendor"


@dataclass(frozen=True)
class Opinion:
    """One party's word. `source`: the row it comes from, as the page shows it: a judgement, an answer, a report."""

    judge: Judge
    verdict: Verdict
    at: datetime
    source: object


# Answers that say something about whether there was anything. To have warned or done nothing says nothing of it.
_ANSWERED = {
    Answer.REMOVED: Verdict.TRUE_POSITIVE,
    Answer.UNINSTALLED: Verdict.TRUE_POSITIVE,
    Answer.REINSTALLED: Verdict.TRUE_POSITIVE,
    Answer.CLEAN_SCAN: Verdict.UNSURE,  # a scan without a find is no proof (OSK 5.4.1)
    Answer.CALL_ME: Verdict.UNSURE,
}


def answered_verdict(answer: str, reason: str) -> Verdict | None:
    """What a firm's answer says of the detection; None: nothing."""
    if answer == Answer.NOT_DONE:
        return Verdict.FALSE_POSITIVE if reason == NotDone.FALSE_ALARM else None
    return _ANSWERED.get(Answer(answer))


def reported_verdict(report: VendorReport) -> Verdict:
    """What a vendor's sheet says: something harmful was there, all it met was harmless, or it met nothing."""
    if report.harmful:
        return Verdict.TRUE_POSITIVE
    return Verdict.FALSE_POSITIVE if report.harmless else Verdict.UNSURE


def opinions_of(group: AlertGroup) -> list[Opinion]:
    """The newest word of each, in the order of SOC and desk, firm, vendor; those who said nothing are left out."""
    return [*_judged(group), *_answered(group), *_reported(group)]


def _judged(group: AlertGroup) -> list[Opinion]:
    newest = judgements_of(group=group).exclude(verdict=Verdict.OPEN_AGAIN).first()
    if newest is None:
        return []
    judge = Judge.DESK if newest.by_role == JudgedAs.DESK else Judge.SOC
    return [Opinion(judge, Verdict(newest.verdict), newest.judged_at, newest)]


def _answered(group: AlertGroup) -> list[Opinion]:
    answer = answer_in_force(group)
    verdict = answered_verdict(answer.answer, answer.reason) if answer is not None else None
    if answer is None or verdict is None:
        return []
    return [Opinion(Judge.FIRM, verdict, answer.answered_at, answer)]


def _reported(group: AlertGroup) -> list[Opinion]:
    reports = vendor_reports(group.tenant_id, group.pk)[:1]
    return [Opinion(Judge.VENDOR, reported_verdict(report), report.at, report) for report in reports]
