"""A firm installs its box itself: consent, three questions, a picture, and whether it works, seen while plugging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sensors import installing
from sensors.guide import UNSEEN, Picture, answers_read, picture
from sensors.models import Order, Sensor
from sensors.orders import order_newest
from sensors.selectors import sensors_of
from sensors.settings import box_settings
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.templatetags.formats import jst

QUESTIONS: tuple[tuple[str, Any, Any, tuple[tuple[str, Any], ...]], ...] = (
    (
        "line",
        gettext_lazy("プロバイダーのIDとパスワードは、どの機器に入っていますか"),
        gettext_lazy(
            "契約のときに設定した機器です。電話会社の箱に電話の線が差さっていれば、ホームゲートウェイのことが多いです。"
        ),
        (
            ("router", gettext_lazy("買ったルーター(電話会社の箱とは別)")),
            ("gateway", gettext_lazy("電話会社の箱(ホームゲートウェイ)")),
            ("unknown", gettext_lazy("分からない")),
        ),
    ),
    (
        "wifi",
        gettext_lazy("Wi-Fiは、どの機器から出ていますか"),
        gettext_lazy("センサーより上の機器のWi-Fiは、守ることができません。"),
        (
            ("router", gettext_lazy("その機器(ルーターやホームゲートウェイ)から")),
            ("point", gettext_lazy("別のWi-Fiの親機から")),
            ("none", gettext_lazy("Wi-Fiは使っていない")),
        ),
    ),
    (
        "below",
        gettext_lazy("その機器の先に、何がつながっていますか"),
        gettext_lazy("社内のパソコンへ行く線をたどると分かります。"),
        (
            ("hub", gettext_lazy("ハブ(線を分ける箱)")),
            ("routers", gettext_lazy("もう1台のルーター")),
            ("none", gettext_lazy("パソコンなどに直接")),
        ),
    ),
)
ROW, GAP, TOP = 58, 30, 8


@dataclass(frozen=True)
class Line:
    """One line of the self-test."""

    label: str
    words: str
    tone: str
    todo: str = ""


@require_safe
@open_to(Kind.SME)
def guide(request: ActingRequest) -> HttpResponse:
    """The guide; the answers stand in the address, so that a page can be sent to somebody who helps."""
    tenant_id, now = request.acting.organisation.pk, timezone.now()
    chosen = {name: request.GET.get(name, "") for name, *_rest in QUESTIONS}
    answers = answers_read(**chosen)
    shown = picture(answers) if answers is not None else None
    context = {
        "consent": installing.consent_current(tenant_id=tenant_id),
        "questions": [
            {"name": name, "label": label, "hint": hint, "options": options, "chosen": chosen[name]}
            for name, label, hint, options in QUESTIONS
        ],
        "answered_in_part": any(chosen.values()),
        "picture": shown,
        "drawing": drawing(shown) if shown is not None else None,
        "unseen": UNSEEN,
        "boxes": [box for box in sensors_of(tenant_id=tenant_id) if box.state != Sensor.State.RETIRED],
        "may_write": request.acting.may_write,
        "here": request.get_full_path(),
        "tenant_id": tenant_id,
        **_checks(tenant_id, now),
    }
    return render(request, "sensors/guide.html", context)


@require_POST
@open_to(Kind.SME)
def consent(request: ActingRequest) -> HttpResponse:
    """The firm agrees that the box inspects."""
    if request.POST.get("agree") == "yes":
        installing.consent_give(tenant_id=request.acting.organisation.pk, by=request.acting.user, now=timezone.now())
        messages.success(request, gettext("同意を記録しました。つなぎ方に進めます。"))
    else:
        messages.error(request, gettext("同意するには、印を付けてください。"))
    return redirect(_back(request))


@require_POST
@open_to(Kind.SME)
def arrived(request: ActingRequest) -> HttpResponse:
    """The firm has its box."""
    number = request.POST.get("box", "")
    wanted = int(number) if number.isdecimal() and len(number) < 19 else 0
    box = sensors_of(tenant_id=request.acting.organisation.pk).filter(pk=wanted).first()
    if box is not None and box.state != Sensor.State.RETIRED:
        installing.sensor_arrive(sensor=box, now=timezone.now())
        messages.success(request, gettext("届いたことを記録しました。"))
    return redirect(_back(request))


@require_safe
@open_to(Kind.SME)
def check(request: ActingRequest) -> HttpResponse:
    """The self-test alone, asked every few seconds by the open guide."""
    return render(request, "sensors/_check.html", _checks(request.acting.organisation.pk, timezone.now()))


def drawing(shown: Picture) -> dict[str, Any]:
    """Places of the picture's parts: a chain from the top down, leaves side by side below it."""
    rows: list[dict[str, Any]] = [
        {"part": part, "y": (y := TOP + place * (ROW + GAP)), **_words_at(y, bool(part.note))}
        for place, part in enumerate(shown.chain)
    ]
    below = TOP + len(rows) * (ROW + GAP)
    # One leaf is as wide as the chain; two share the picture's 360.
    width, first = (280, 40) if len(shown.leaves) == 1 else (165, 10)
    # The router whose Wi-Fi is switched off stands right above the box.
    router = next(row["y"] for row, after in pairwise(rows) if after["part"].look == "ours")
    leaves: list[dict[str, Any]] = [
        {
            "part": part,
            "x": (x := first + place * (width + 10)),
            "width": width,
            "centre": x + width // 2,
            **_words_at(below, bool(part.note)),
        }
        for place, part in enumerate(shown.leaves)
    ]
    return {
        "rows": rows,
        "cables": [{"y1": row["y"] + ROW, "y2": row["y"] + ROW + GAP} for row in rows[:-1]],
        "leaves": leaves,
        "leaf_y": below,
        "chain_end": below - GAP,
        "bend": below - GAP // 2,
        "height": below + ROW + TOP,
        "row": ROW,
        "wifi": {"y": router - 22, "words": router - 3},
    }


def _words_at(top: int, two_lines: bool) -> dict[str, int]:
    """Base lines of a part's name and of the note below it."""
    return {"y_label": top + (26 if two_lines else 36), "y_note": top + 47}


def _checks(tenant_id: int, now: datetime) -> dict[str, Any]:
    """The self-test of the firm's newest box that was not given back."""
    box = sensors_of(tenant_id=tenant_id).exclude(state=Sensor.State.RETIRED).order_by("-pk").first()
    lines = _lines(box, order_newest(box), now) if box is not None else []
    done = bool(lines) and all(line.tone == "safe" for line in lines)
    return {"check_box": box, "lines": lines, "done": done, "checked_at": now}


def _lines(box: Sensor, order: Order | None, now: datetime) -> list[Line]:
    contact = gettext("見守りサービスとの連絡")
    if box.activated_at is None or box.last_seen_at is None:
        todo = gettext("電源とケーブルを確かめ、紙の利用開始コードを入れてください。")
        return [Line(contact, gettext("まだ連絡がありません"), "info", todo)]
    minutes = box_settings(tenant_id=box.tenant_id, at=now)["selftest_minutes"]
    if now - box.last_seen_at > timedelta(minutes=minutes):
        words = gettext("%(at)sから連絡がありません") % {"at": jst(box.last_seen_at)}
        todo = gettext("電源のランプと、ルーター側のケーブルを確かめてください。")
        return [Line(contact, words, "danger", todo)]
    return [
        Line(contact, gettext("つながっています"), "safe"),
        _inspection(box),
        _place(box),
        _order(order),
    ]


def _inspection(box: Sensor) -> Line:
    label = gettext("通信の検査")
    if box.heartbeat.get("protection") == "on":
        return Line(label, gettext("検査しています"), "safe")
    todo = gettext("社内側のケーブルを確かめて、2分待ってください。変わらなければ、相談窓口にお電話ください。")
    return Line(label, gettext("まだ検査していません(インターネットは使えます)"), "attention", todo)


def _place(box: Sensor) -> Line:
    label, placement = gettext("つなぐ場所"), box.heartbeat.get("placement")
    if placement == "above_router":
        todo = gettext("ルーターと社内のハブの間に、つなぎ直してください。")
        return Line(label, gettext("ルーターより回線側に入っています"), "danger", todo)
    if placement == "swapped":
        todo = gettext("センサーの2本のケーブルを入れ替えてください。")
        return Line(label, gettext("2本のケーブルが逆です"), "danger", todo)
    if placement == "ok":
        return Line(label, gettext("正しい場所です"), "safe")
    todo = gettext("社内のパソコンを1台使ってみてください。調べ終わると、ここに出ます。")
    return Line(label, gettext("調べています"), "info", todo)


def _order(order: Order | None) -> Line:
    label = gettext("検知のルール")
    if order is None or order.state == Order.State.WAITING:
        return Line(label, gettext("受け取っています"), "info")
    if order.state == Order.State.APPLIED:
        return Line(label, gettext("受け取りました"), "safe")
    return Line(label, gettext("受け取れませんでした"), "attention", gettext("監視センターが確かめます。"))


def _back(request: ActingRequest) -> str:
    """The guide with the answers given so far."""
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/boxes/guide/")
    return address if ours else "/boxes/guide/"
