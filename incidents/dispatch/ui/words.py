"""Where a job stands, in the words of who looks at it: who waits for whom, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.dispatch.selectors import REPORTED, job_of_incident, jobs_under_way, offers_of, times_of, treated
from incidents.dispatch.timeline import is_news
from incidents.dispatch.wording import job_line
from incidents.models import Appointment, Incident, Job, JobEvent, JobOffer
from incidents.states.appointment import AppointmentState
from incidents.states.job import JobState, OfferState
from web.templatetags.formats import jst

STEPS = (JobState.REQUESTED, JobState.ACCEPTED, JobState.SCHEDULED, JobState.WORKING, JobState.REPORTED)
_STEP_OF = {
    JobState.OFFERED: 1,
    JobState.SIGNED: 6,
    JobState.CLOSED: 6,
    **{state: position for position, state in enumerate(STEPS, start=1)},
}
TONES = {
    JobState.REQUESTED: "attention",
    JobState.OFFERED: "info",
    JobState.ACCEPTED: "attention",
    JobState.SCHEDULED: "info",
    JobState.WORKING: "info",
    JobState.REPORTED: "attention",
    JobState.SIGNED: "safe",
    JobState.CLOSED: "safe",
    JobState.CANCELLED: "neutral",
}


def step_labels() -> list[str]:
    """The way of a job."""
    return [_("事業者を選ぶ"), _("日時を決める"), _("日時が決まる"), _("作業"), _("報告を確認する")]


def step_of(job: Job) -> int:
    """The step it is at, from 1; one past the end: done."""
    return _STEP_OF.get(JobState(job.state), 1)


def who_waits(job: Job, offers: Iterable[JobOffer], times: Iterable[Appointment]) -> str:
    """One sentence: whose turn it is."""
    match job.state:
        case JobState.REQUESTED:
            return _("会社が事業者を選ぶ番です。") + _last_no(offers)
        case JobState.OFFERED:
            return _("%(vendor)sの返事を待っています。") % {"vendor": _waiting_vendor(offers)}
        case JobState.ACCEPTED:
            return _time_turn(times)
        case JobState.SCHEDULED:
            return _("日時が決まりました。当日をお待ちください。")
        case JobState.WORKING:
            return _working_turn(times, timezone.now())
        case JobState.REPORTED:
            return _("会社が作業報告を確認する番です。")
        case JobState.CANCELLED:
            return _("この依頼は取りやめになりました。")
    return _("作業は終わりました。していただくことはありません。")


def firm_turn(job: Job, times: Iterable[Appointment]) -> bool:
    """Whether the firm is the one who does the next step."""
    match job.state:
        case JobState.REQUESTED | JobState.REPORTED:
            return True
        case JobState.ACCEPTED:
            sides = {appointment.side for appointment in times if appointment.state == AppointmentState.PROPOSED}
            return "firm" not in sides or "vendor" in sides
        case JobState.WORKING:
            return bool(open_times(times, timezone.now())["of_vendor"])
    return False


def help_of(incident: Incident) -> dict[str, Any]:
    """The help for an incident: its newest job with whose turn it is; empty before a way was chosen."""
    job = job_of_incident(incident)
    if job is None or job.state == JobState.CANCELLED:
        return {}
    offers = offers_of(job.pk)
    times = times_of(job.pk)
    return {
        "job": job,
        "turn": who_waits(job, offers, times),
        "tone": TONES[JobState(job.state)],
        "labels": step_labels(),
        "step": step_of(job),
        "reported": job.state in REPORTED,
        "treated": incident.pk in treated([incident]),
        "next": times.filter(state=AppointmentState.AGREED).order_by("starts_at").last(),
    }


def open_jobs(tenant_id: int) -> list[dict[str, Any]]:
    """A firm's jobs that are not over, the newest first, each with whose turn it is; `ours`: it is the firm's."""
    return job_rows(jobs_under_way(tenant_id))


def job_rows(rows: QuerySet[Job]) -> list[dict[str, Any]]:
    """The first twenty jobs, each with whose turn it is."""
    jobs = list(rows[:20])
    numbers = [job.pk for job in jobs]
    offers = list(offers_of(*numbers))
    times = list(times_of(*numbers))
    worded = []
    for job in jobs:
        of_job = [appointment for appointment in times if appointment.job_id == job.pk]
        turn = who_waits(job, [offer for offer in offers if offer.job_id == job.pk], of_job)
        worded.append({"job": job, "tone": TONES[JobState(job.state)], "turn": turn, "ours": firm_turn(job, of_job)})
    return worded


def course(events: Iterable[JobEvent]) -> list[dict[str, Any]]:
    """Entries of the component `timeline`."""
    return [
        {
            "at": event.at,
            "title": job_line(event.code, event.data, event.vendor.name if event.vendor else ""),
            "who": (event.actor.full_name or _("担当者")) if event.actor else _("自動"),
            "tone": "neutral",
            "shape": "info",
        }
        for event in events
        if is_news(event.code, event.data)
    ]


def open_times(times: Iterable[Appointment], now: datetime) -> dict[str, list[Appointment]]:
    """Agreed ones to come, and proposals of either side that can still be agreed."""
    rows = list(times)
    return {
        "agreed": [appointment for appointment in rows if appointment.state == AppointmentState.AGREED],
        "of_firm": [appointment for appointment in rows if _waits(appointment, now) and appointment.side == "firm"],
        "of_vendor": [appointment for appointment in rows if _waits(appointment, now) and appointment.side == "vendor"],
    }


def _waits(appointment: Appointment, now: datetime) -> bool:
    return appointment.state == AppointmentState.PROPOSED and appointment.starts_at > now


def _waiting_vendor(offers: Iterable[JobOffer]) -> str:
    return next((offer.vendor.name for offer in offers if offer.state == OfferState.WAITING), "")


def _last_no(offers: Iterable[JobOffer]) -> str:
    last = max(offers, key=lambda offer: offer.pk, default=None)
    if last is None:
        return ""
    values = {"vendor": last.vendor.name}
    if last.state == OfferState.DECLINED:
        return _("%(vendor)sは今回対応できませんでした。") % values
    if last.state == OfferState.EXPIRED:
        return _("%(vendor)sから期限までに返事がありませんでした。") % values
    return ""


def _working_turn(times: Iterable[Appointment], now: datetime) -> str:
    """Remote work may have begun while a time for a visit is still being agreed."""
    still_open = open_times(times, now)
    if still_open["of_vendor"] or still_open["of_firm"]:
        return _time_turn([*still_open["of_vendor"], *still_open["of_firm"]])
    coming = min((each.starts_at for each in still_open["agreed"] if each.starts_at > now), default=None)
    sentence = _("事業者が作業をしています。")
    return sentence + _("次は %(at)s です。") % {"at": jst(coming)} if coming else sentence


def _time_turn(times: Iterable[Appointment]) -> str:
    sides = {appointment.side for appointment in times if appointment.state == AppointmentState.PROPOSED}
    if "vendor" in sides:
        return _("会社が日時を選ぶ番です。事業者から候補が届いています。")
    if "firm" in sides:
        return _("事業者が日時を選ぶ番です。会社の候補を送ってあります。")
    return _("日時を決める番です。会社からでも事業者からでも、候補を出せます。")
