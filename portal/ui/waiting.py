"""What waits for a firm, the most important first: each with the one button that leads on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext

from alerts.ui.words import headline
from incidents.core.ui import incident_words
from incidents.isolation.ui.card import standing
from incidents.models import Case, Incident
from incidents.states.job import JobState
from portal.ui.safety import Questions
from sensors.models import Isolation
from web.templatetags.formats import jst

MOST: Final = 3  # with the one of the page's first sentence


@dataclass(frozen=True)
class Wait:
    """A thing to do: a title, a sentence, and its button."""

    title: str
    words: str
    action: str
    href: str


def waiting(
    *,
    incidents: Sequence[Incident],
    jobs: Sequence[Mapping[str, Any]],
    questions: Questions | None,
    talks: Iterable[Case],
    isolations: Sequence[Isolation] = (),
    now: datetime,
) -> list[Wait]:
    """Everything that waits for the firm itself. `incidents`: those that ask something of it; `jobs`: open_jobs;
    `isolations`: those that are not over. A machine that is, or is to be, cut off stands first: nobody works on it.
    """
    waits = [_isolation(isolations, now)] if isolations else []
    waits += [_incident(incident) for incident in incidents]
    waits += [_job(row) for row in jobs if row["ours"]]
    waits += [_questions(questions)] if questions is not None else []
    return waits + [_talk(case) for case in talks]


def beside(waits: Iterable[Wait], href: str) -> list[Wait]:
    """What of it stands below a first sentence that leads to `href` ("": it leads to the telephone)."""
    return [wait for wait in waits if wait.href != href][: MOST - 1]


def _isolation(isolations: Sequence[Isolation], now: datetime) -> Wait:
    """The first of them; how many more there are."""
    first, more = isolations[0], len(isolations) - 1
    device = first.device
    title, _tone, lines = standing(first, now)
    asks = first.state == Isolation.State.WISHED
    name = device.called or device.last_ip or device.mac
    words = " ".join(lines)
    if more:
        others = gettext("切り離しは、ほかに%(n)s台あります。") % {"n": f"{more:,}"}
        words = f"{words} {others}".strip()
    return Wait(
        gettext("「%(machine)s」: %(state)s") % {"machine": name, "state": title},
        words,
        gettext("同意するかを決める") if asks else gettext("この機器のようすを見る"),
        reverse("isolation:machine", args=[device.pk]),
    )


def _incident(incident: Incident) -> Wait:
    return Wait(
        incident_words.title(incident),
        gettext("%(at)sに見つかりました。やることを順番に案内します。") % {"at": jst(incident.opened_at)},
        gettext("やることを見る"),
        reverse("portal:incident", args=[incident.number]),
    )


def _job(row: Mapping[str, Any]) -> Wait:
    job = row["job"]
    if job.state == JobState.REPORTED:
        action, href = gettext("作業の報告を読む"), reverse("jobsheet:firm_report", args=[job.pk])
    else:
        action, href = gettext("進める"), reverse("help:job", args=[job.pk])
    words = gettext("%(kind)s(作業 %(number)s番)") % {"kind": job.get_kind_display(), "number": job.number}
    return Wait(words, row["turn"], action, href)


def _questions(questions: Questions) -> Wait:
    newest = questions.newest
    many = questions.count > 1
    return Wait(
        gettext("確認が済んでいないお知らせ %(n)s件") % {"n": f"{questions.count:,}"},
        gettext("いちばん新しいもの: %(what)s(%(at)s)") % {"what": headline(newest), "at": jst(newest.last_at)},
        gettext("内容を確認する"),
        reverse("portal:alerts") + "?open=1" if many else reverse("portal:alert", args=[newest.pk]),
    )


def _talk(case: Case) -> Wait:
    return Wait(
        gettext("相談窓口からの返事があります"),
        case.title,
        gettext("読んで返事をする"),
        reverse("desk:talk", args=[case.number]),
    )
