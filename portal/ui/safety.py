"""The first sentence of a firm's home: are we safe, and what is the one thing to do next?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from alerts.ui.listing import GroupRow
from incidents.core.call_links import call_token
from incidents.core.rules import HIGH
from incidents.models import Incident
from incidents.states.incident import IncidentState
from sensors.ui.status import BoxStatus
from web.templatetags.formats import jst, jst_date


@dataclass(frozen=True)
class Answer:
    """State of the hero (safe, attention, danger, unknown), its word, sentence, what it means, and one action."""

    state: str
    word: str
    title: str
    means: str
    action: str = ""
    href: str = ""
    call_desk: bool = False
    book_url: str = ""


@dataclass(frozen=True)
class Questions:
    """What nobody has answered or judged yet: the newest, and how many there are."""

    newest: GroupRow
    count: int


def answer(
    *,
    incidents: Sequence[Incident],
    boxes: Sequence[BoxStatus],
    questions: Questions | None = None,
    treated: Collection[int] = (),
    watched_until: datetime | None = None,
) -> Answer:
    """The worst thing first: a suspected infection, then a box that does not watch, then something to check.

    Nothing becomes safe by getting old: a question stays until somebody has answered or judged it.
    `treated`: incidents whose vendor has reported its work; pulling cables is over for them. One of lower importance
    that is only watched asks nothing of the firm either: the desk has ended it, or the firm has answered what it did.
    `watched_until`: until when something is watched after a scan of the firm's own.
    """
    urgent = [incident for incident in incidents if incident.grade == HIGH and incident.pk not in treated]
    if urgent:
        return _urgent(urgent)
    active = [box for box in boxes if box.since is not None]
    if not active:
        return _not_yet()
    blind = [box for box in active if box.tone == "danger"]
    if blind:
        return _blind(blind[0])
    watched = [incident for incident in incidents if _is_watched(incident) and incident.pk not in treated]
    untreated = [incident for incident in incidents if incident not in watched and incident.pk not in treated]
    if untreated:
        return _case(untreated)
    if len(watched) < len(incidents):
        return _treated(next(incident for incident in incidents if incident not in watched))
    if questions is not None:
        return _check(questions)
    ends = [incident.watch_until for incident in watched if incident.watch_until]
    until = max([*ends, *([watched_until] if watched_until else [])], default=None)
    if until is not None:
        return _watching(until, watched)
    return _safe(active)


def _is_watched(incident: Incident) -> bool:
    return bool(incident.state == IncidentState.WATCHING and incident.watch_until and incident.grade < HIGH)


def _urgent(incidents: Sequence[Incident]) -> Answer:
    incident, machines = incidents[0], len({each.asset_key for each in incidents})
    return Answer(
        "danger",
        gettext("至急"),
        gettext("社内の機器%(n)s台が、ウイルスに感染したおそれが強い状態です。") % {"n": f"{machines:,}"},
        gettext("まず、その機器のLANケーブルを抜くか、Wi-Fiを切ってください。電源は切らないでください。"),
        gettext("いますぐやることを見る"),
        reverse("portal:incident", args=[incident.number]),
        call_desk=True,
        # While the desk is closed, the hero offers a booked call instead of its number.
        book_url=reverse("crisis:call_book", args=[call_token(incident)]),
    )


def _not_yet() -> Answer:
    return Answer(
        "unknown",
        gettext("見守りはこれから"),
        gettext("センサーがまだつながっていないため、見守りは始まっていません。"),
        gettext("センサーが届いたら、案内のとおりにつないでください。分からないときは相談窓口が電話でお手伝いします。"),
        gettext("設置の手順を見る"),
        reverse("sensors:guide"),
        call_desk=True,
    )


def _blind(box: BoxStatus) -> Answer:
    if box.last_seen_at is None:
        silence = gettext("センサー「%(name)s」から、まだ一度も連絡がありません。") % {"name": box.name}
    else:
        silence = gettext("センサー「%(name)s」: %(word)s。最後の連絡は%(at)sです。") % {
            "name": box.name,
            "word": box.word,
            "at": jst(box.last_seen_at),
        }
    return Answer(
        "danger",
        gettext("見守り停止中"),
        gettext("センサーが働いていないため、いまは見守れていません。"),
        silence + gettext("電源とLANケーブルを確かめてください。直らないときは相談窓口へ電話してください。"),
        call_desk=True,
    )


def _case(incidents: Sequence[Incident]) -> Answer:
    incident = incidents[0]
    return Answer(
        "attention",
        gettext("確認してください"),
        gettext("対応の途中のことが%(n)s件あります。") % {"n": f"{len(incidents):,}"},
        gettext("%(what)s。やることを順番に案内します。") % {"what": incident.get_kind_display()},
        gettext("やることを見る"),
        reverse("portal:incident", args=[incident.number]),
    )


def _treated(incident: Incident) -> Answer:
    return Answer(
        "attention",
        gettext("様子を見ています"),
        gettext("専門家の作業が終わりました。相談窓口が、もう起きないか確かめています。"),
        gettext("していただくことがあれば、お知らせします。作業の報告は、いつでも読めます。"),
        gettext("この件を見る"),
        reverse("portal:incident", args=[incident.number]),
    )


def _watching(until: datetime, watched: Sequence[Incident]) -> Answer:
    return Answer(
        "info",
        gettext("様子を見ています"),
        gettext("いま、していただくことはありません。"),
        gettext(
            "対応していただいたことについて、%(until)sまで、同じことがまた起きないかを自動で見ています。"
            "起きたときは、すぐにお知らせします。"
        )
        % {"until": jst_date(until)},
        gettext("この件を見る") if watched else "",
        reverse("portal:incident", args=[watched[0].number]) if watched else "",
    )


def _check(questions: Questions) -> Answer:
    newest, many = questions.newest, questions.count > 1
    return Answer(
        "attention",
        gettext("確認してください"),
        gettext("確認が済んでいないお知らせが%(n)s件あります。") % {"n": f"{questions.count:,}"},
        gettext(
            "いちばん新しいもの: %(what)s(%(at)s)。確認が済むまで残ります。したことを、お知らせの画面で答えてください。"
        )
        % {"what": newest.headline, "at": jst(newest.group.last_at)},
        gettext("内容を確認する"),
        reverse("portal:alerts") + "?open=1" if many else reverse("portal:alert", args=[newest.group.pk]),
    )


def _safe(active: Sequence[BoxStatus]) -> Answer:
    since = min(box.since for box in active if box.since)
    seen: list[datetime] = [box.last_seen_at for box in active if box.last_seen_at]
    return Answer(
        "safe",
        gettext("守られています"),
        gettext("いま、していただくことはありません。"),
        gettext("%(since)sから見守っています。センサーの最後の連絡は%(seen)sです。")
        % {"since": jst_date(since), "seen": jst(min(seen))},
    )
