"""The first sentence of a firm's home: are we safe, and what is the one thing to do next?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from alerts.models import AlertGroup
from alerts.ui import words
from incidents.core.call_links import call_token
from incidents.core.rules import HIGH
from incidents.models import Incident
from incidents.states.incident import IncidentState
from portal.ui.day_watch import DayWatch
from sensors.ui.status import BoxStatus
from web.spans import span
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

    newest: AlertGroup
    count: int


def answer(
    *,
    incidents: Sequence[Incident],
    boxes: Sequence[BoxStatus],
    questions: Questions | None = None,
    treated: Collection[int] = (),
    watched_until: Callable[[], datetime | None] = lambda: None,
    watch: Callable[[], DayWatch | None] = lambda: None,
) -> Answer:
    """The worst thing first: a suspected infection, then a box that does not watch, then something to check.

    Nothing becomes safe by getting old: a question stays until somebody has answered or judged it, and what was not
    watched in the last 24 hours (`watch`) is not called safe.
    `treated`: incidents whose vendor has reported its work; pulling cables is over for them. One of lower importance
    that is only watched asks nothing of the firm either: the desk has ended it, or the firm has answered what it did.
    `watched_until`: until when something is watched after a scan of the firm's own. Both are asked where they decide.
    """
    urgent = [incident for incident in asking(incidents, treated) if incident.grade == HIGH]
    if urgent:
        return _urgent(urgent)
    active = [box for box in boxes if box.since is not None]
    if not active:
        return _not_yet()
    blind = [box for box in active if box.tone == "danger"]
    if blind:
        return _blind(blind[0])
    untreated = asking(incidents, treated)
    if untreated:
        return _case(untreated)
    watched = [incident for incident in incidents if _is_watched(incident) and incident.pk not in treated]
    if len(watched) < len(incidents):
        return _treated(next(incident for incident in incidents if incident not in watched))
    if questions is not None:
        return _check(questions)
    hole = _hole(active, watch())
    if hole is not None:
        return hole
    ends = [incident.watch_until for incident in watched if incident.watch_until]
    own = watched_until()
    until = max([*ends, *([own] if own else [])], default=None)
    if until is not None:
        return _watching(until, watched)
    return _safe(active)


def _hole(active: Sequence[BoxStatus], watch: DayWatch | None) -> Answer | None:
    """What keeps the last day from being called watched."""
    failing = list(dict.fromkeys(name for box in active for name in box.failing))
    if failing:
        return _failing(failing)
    if watch is None or (watch.is_whole and not watch.switched_off):
        return None
    if watch.since is not None:
        return _silent(watch.since)
    if watch.switched_off:
        return _switched_off(list(dict.fromkeys(name for box in active for name in box.off)))
    return _not_whole(watch)


def asking(incidents: Sequence[Incident], treated: Collection[int]) -> list[Incident]:
    """Those that still ask something of the firm: neither treated nor only watched."""
    return [incident for incident in incidents if incident.pk not in treated and not _is_watched(incident)]


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
        % {"what": words.headline(newest), "at": jst(newest.last_at)},
        gettext("内容を確認する"),
        reverse("portal:alerts") + "?open=1" if many else reverse("portal:alert", args=[newest.pk]),
    )


def _failing(names: Sequence[str]) -> Answer:
    return Answer(
        "attention",
        gettext("確認してください"),
        gettext("センサーの「%(names)s」が、いまは働けません。") % {"names": gettext("、").join(names)},
        gettext("ほかの見守りは続いています。しばらくしても変わらないときは、相談窓口へ電話してください。"),
        call_desk=True,
    )


def _switched_off(names: Sequence[str]) -> Answer:
    return Answer(
        "attention",
        gettext("確認してください"),
        gettext("センサーの「%(names)s」を止めています。") % {"names": gettext("、").join(names)},
        gettext("止めている間、その見守りはありません。理由に心当たりがないときは、相談窓口へお問い合わせください。"),
        call_desk=True,
    )


def _silent(since: datetime) -> Answer:
    return Answer(
        "attention",
        gettext("確認してください"),
        gettext("いま、センサーから連絡がありません。"),
        gettext("最後の連絡は%(at)sです。この間は見守れません。センサーの電源とLANケーブルを確かめてください。")
        % {"at": jst(since)},
        call_desk=True,
    )


def _not_whole(watch: DayWatch) -> Answer:
    """Over by now, and nothing to do; but a day with a hole in it is not called safe."""
    title = gettext("いまは見守っています。この24時間に、見守れない時間が%(span)sありました。")
    means = gettext("していただくことはありません。見守れない間に起きたことは、分かりません。")
    if watch.newest is not None and watch.newest.exact:
        when = gettext("最後は%(start)sから%(end)sまでです。")
        means = when % {"start": jst(watch.newest.start), "end": jst(watch.newest.end)} + means
    return Answer(
        "info",
        gettext("見守っています"),
        title % {"span": span(watch.lost)},
        means,
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
