"""The bell: what is new for a person, by the work of the organisation they act for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from alerts.models.alert import Grade
from alerts.selectors import groups_in_reach, series_of
from alerts.soc_states import SocState
from alerts.tuning.selectors import tunings_failed
from alerts.ui.lines import lines
from alerts.ui.words import headline
from incidents.core.selectors import events_after
from incidents.desk import selectors as desk
from incidents.desk.ui.queue import task_words
from incidents.dispatch.doors import job_cards
from incidents.dispatch.selectors import jobs_handed_over, offers_of, times_changed_by_others
from incidents.models import Job
from incidents.states.case import CaseState
from incidents.wording import event_text
from insurance.selectors import claims_handed_in
from reports.selectors import reports_of
from reports.states import ReportState
from tenants.accounts.acting import Acting
from tenants.accounts.news_seen import news_see, news_seen_until
from tenants.applications import applications_of
from tenants.models import Application
from tenants.selectors import programmes_of_office
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.templatetags.formats import jst, outside

MOST = 50


@dataclass(frozen=True)
class News:
    """Something that came: when, what, of which firm ("" on the firm's own page), and where it is seen.

    `tenant_id`: of the firm whose row it is, for its trail; None when it is no firm's.
    """

    at: datetime
    what: str
    href: str
    shape: str
    firm: str = ""
    tenant_id: int | None = None


Source = Callable[[Acting, datetime], Iterable[News]]


def _notices(acting: Acting, since: datetime) -> Iterator[News]:
    """One line for what is the same over hours and days, as the firm's list has it."""
    newest = series_of(acting.organisation.pk).filter(last_at__gt=since).order_by("-last_at", "-pk")
    for line in lines(list(newest[:MOST]), timezone.now()):
        yield News(line.series.last_at, line.row.headline, reverse("portal:alert", args=[line.group.pk]), "bell")


def _courses(acting: Acting, since: datetime) -> Iterator[News]:
    for event in events_after(acting.organisation.pk, since).exclude(actor_id=acting.user.pk)[:MOST]:
        number = event.incident.number
        words = gettext("インシデント %(number)s番: %(news)s") % {"number": number, "news": event_text(event)}
        yield News(event.at, words, reverse("portal:incident", args=[number]), "flag")


def _messages(acting: Acting, since: datetime) -> Iterator[News]:
    for message in desk.messages_after(acting.organisation.pk, since)[:MOST]:
        words = gettext("相談窓口からの返事: %(title)s") % {"title": message.case.title}
        yield News(message.at, words, reverse("desk:talk", args=[message.case.number]), "mail")


def _reports(acting: Acting, since: datetime) -> Iterator[News]:
    rows = reports_of(tenant_id=acting.organisation.pk).filter(state=ReportState.READY, made_at__gt=since)
    for report in rows.order_by("-made_at")[:MOST]:
        words = gettext("%(year)s年%(month)s月の報告書ができました") % {
            "year": report.month.year,
            "month": report.month.month,
        }
        yield News(report.made_at or since, words, reverse("reports:list"), "document")


def _tasks(_acting: Acting, since: datetime) -> Iterator[News]:
    rows = desk.open_tasks().filter(opened_at__gt=since).select_related("tenant", "incident", "attention")
    for task in rows.order_by("-opened_at")[:MOST]:
        where = reverse("staff:task", args=[task.tenant_id, task.pk])
        what, about = task_words(task)
        words = " ・ ".join(word for word in (what, about) if word)
        yield News(task.opened_at, words, where, "list", task.tenant.name, task.tenant_id)


def _cases(_acting: Acting, since: datetime) -> Iterator[News]:
    rows = desk.open_cases().filter(state=CaseState.NEW, opened_at__gt=since).select_related("tenant")
    for case in rows.order_by("-opened_at")[:MOST]:
        where = reverse("desk:case", args=[case.tenant_id, case.pk])
        yield News(case.opened_at, case.title, where, "mail", case.tenant.name, case.tenant_id)


def _replies(_acting: Acting, since: datetime) -> Iterator[News]:
    for message in desk.answers_of_firms_after(since)[:MOST]:
        words = gettext("会社からの返事: %(title)s") % {"title": message.case.title}
        where = reverse("desk:case", args=[message.tenant_id, message.case_id])
        yield News(message.at, words, where, "mail", message.tenant.name, message.tenant_id)


def _detections(_acting: Acting, since: datetime) -> Iterator[News]:
    rows = groups_in_reach().filter(grade__gte=Grade.MEDIUM, soc_state=SocState.NEW, last_at__gt=since)
    for group in rows.order_by("-last_at", "-pk")[:MOST]:
        where = reverse("staff:alert", args=[group.tenant_id, group.pk])
        yield News(group.last_at, headline(group), where, "bell", group.tenant.name, group.tenant_id)


def _questions(_acting: Acting, since: datetime) -> Iterator[News]:
    for question in desk.questions_to_soc().filter(at__gt=since)[:MOST]:
        firm = question.case.tenant
        words = gettext("窓口からの質問: %(question)s") % {"question": question.question[:80]}
        yield News(question.at, words, reverse("desk:requests"), "help", firm.name, firm.pk)


def _trials(_acting: Acting, since: datetime) -> Iterator[News]:
    for tuning in tunings_failed(since)[:MOST]:
        words = gettext("判定の調整を過去の記録で試せませんでした: %(mark)s") % {"mark": outside(tuning.signature)}
        firm = tuning.firm
        at, where = tuning.tried_at or since, reverse("soc:tuning", args=[tuning.pk])
        yield News(at, words, where, "alert", firm.name if firm else "", tuning.firm_id)


def _offers(acting: Acting, since: datetime) -> Iterator[News]:
    cards = {card["job_id"]: card for card in job_cards() if not card["accepted"]}
    for offer in offers_of(*cards).filter(vendor_id=acting.organisation.pk, offered_at__gt=since):
        card = cards[offer.job_id]
        words = gettext("依頼: %(kind)s(%(place)s)") % {
            "kind": Job.Kind(card["kind"]).label,
            "place": f"{card['prefecture']}{card['municipality']}",
        }
        yield News(offer.offered_at, words, reverse("vendor:offer", args=[offer.job_id]), "tool")


def _times(acting: Acting, since: datetime) -> Iterator[News]:
    rows = times_changed_by_others(vendor_id=acting.organisation.pk, person_id=acting.user.pk, since=since)
    for time in rows[:MOST]:
        words = gettext("訪問や遠隔の日時 %(at)s: %(state)s") % {
            "at": jst(time.starts_at),
            "state": time.get_state_display(),
        }
        at = max(time.proposed_at, time.answered_at or time.proposed_at)
        yield News(at, words, reverse("vendor:job", args=[time.job_id]), "calendar", "", time.tenant_id)


def _claims(_acting: Acting, since: datetime) -> Iterator[News]:
    for step in claims_handed_in(since)[:MOST]:
        claim = step.claim
        words = gettext("保険の請求 %(number)s番(%(yen)s円)") % {"number": claim.number, "yen": f"{claim.asked_yen:,}"}
        yield News(step.at, words, reverse("insurance:claim", args=[claim.pk]), "money", "", claim.tenant_id)


def _handed_over(_acting: Acting, since: datetime) -> Iterator[News]:
    for job in jobs_handed_over().filter(office_since__gt=since)[:MOST]:
        words = gettext("窓口から事務局への依頼: %(kind)s") % {"kind": job.get_kind_display()}
        at = job.office_since or since
        yield News(at, words, reverse("help:job", args=[job.pk]), "tool", "", job.tenant_id)


def _applications(acting: Acting, since: datetime) -> Iterator[News]:
    programmes = programmes_of_office(office_id=acting.organisation.pk).values_list("pk", flat=True)
    rows = applications_of(programme_ids=list(programmes)).filter(state=Application.State.WAITING)
    for application in rows.filter(created_at__gt=since).order_by("-created_at")[:MOST]:
        words = gettext("申し込み: %(name)s") % {"name": application.name}
        yield News(application.created_at, words, reverse("tenants:application", args=[application.pk]), "building")


SOURCES: dict[str, tuple[Source, ...]] = {
    Kind.SME: (_notices, _courses, _messages, _reports),
    Kind.CALL_CENTRE: (_tasks, _cases, _replies),
    Kind.SOC: (_detections, _questions, _trials),
    Kind.VENDOR: (_offers, _times),
    Kind.INSURER: (_claims,),
    Kind.OFFICE: (_applications, _handed_over),
}


def news_since(acting: Acting, since: datetime) -> list[News]:
    """What came since then, newest first, at most MOST."""
    every = [each for source in SOURCES.get(acting.kind, ()) for each in source(acting, since)]
    return list(islice(sorted(every, key=lambda each: each.at, reverse=True), MOST))


@require_safe
@open_to(*(Kind(kind) for kind in SOURCES))
def news(request: ActingRequest) -> HttpResponse:
    """What is new since the person looked last."""
    now = timezone.now()
    since = news_seen_until(user=request.user, organisation_id=request.acting.organisation.pk, now=now)
    every = news_since(request.acting, since)
    if request.acting.kind != Kind.SME:
        firms = [each.tenant_id for each in every if each.tenant_id is not None]
        partner_read(request, code="news.viewed", subject="news", tenant_ids=firms)
    # Seen is what was shown, not what may still be on its way from a box.
    until = every[0].at.isoformat() if every else ""
    context = {"news": every, "since": since, "until": until, "more": len(every) == MOST}
    return render(request, "portal/news.html", context | {"layout": layout_of(request.acting.kind)})


@require_safe
@open_to(*(Kind(kind) for kind in SOURCES))
def news_count(request: ActingRequest) -> HttpResponse:
    """The figure on the bell."""
    since = news_seen_until(user=request.user, organisation_id=request.acting.organisation.pk, now=timezone.now())
    count = len(news_since(request.acting, since))
    return render(request, "portal/_news_count.html", {"count": count, "more": count == MOST})


@require_POST
@open_to(*(Kind(kind) for kind in SOURCES))
def news_mark(request: ActingRequest) -> HttpResponse:
    """The person has seen what the page showed."""
    until = _moment(request.POST.get("until", ""))
    if until is not None:
        news_see(user=request.user, organisation_id=request.acting.organisation.pk, until=min(until, timezone.now()))
    return HttpResponse(status=204) if request.htmx else redirect("portal:news")


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def layout_of(kind: str) -> str:
    staff = (Kind.CALL_CENTRE, Kind.SOC, Kind.INSURER)
    return "base_staff.html" if kind in staff else "base_portal.html"
