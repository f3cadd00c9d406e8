"""Whether a series of alerts has stopped, in words: from what the firm's boxes say of their watch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from alerts.models import AlertSeries
from alerts.models.alert import Function
from alerts.stopping import LOOK_BACK, Span, Standing, Watch, standing
from alerts.ui.words import Outcome
from sensors.selectors import boxes_read, watch_gaps
from sensors.watching import EVERY
from web.templatetags.formats import jst

# Which of the box's functions sees what; every other kind of detection is the first one's.
_WATCHED_BY = {Function.AV: "av", Function.WG: "wg"}

Watches = dict[tuple[int, str], Watch]


def watches_of(tenant_id: int, now: datetime) -> Watches:
    """(box, function of the detection) → what the box says of its watch."""
    gaps: dict[tuple[int, str], list[Span]] = {}
    for gap in watch_gaps(tenant_id=tenant_id, since=now - LOOK_BACK):
        gaps.setdefault((gap.sensor_id, gap.function), []).append((gap.began_at, gap.ended_at))
    watches = {}
    for sensor in boxes_read(tenant_id=tenant_id):
        for function in Function:
            by = _WATCHED_BY.get(function, "ips")
            spans = [*gaps.get((sensor.pk, EVERY), ()), *gaps.get((sensor.pk, by), ())]
            if _judges_not(sensor.heartbeat, by) and sensor.last_seen_at is not None:
                spans.append((sensor.unprotected_since or sensor.last_seen_at, now))
            watches[sensor.pk, function.value] = Watch(sensor.last_seen_at, tuple(spans))
    return watches


def _judges_not(report: dict[str, Any], function: str) -> bool:
    """Whether the box's last report says that the function does not judge."""
    return bool(report.get("protection", "on") != "on" or report.get("functions", {}).get(function, "on") != "on")


def standing_words(series: AlertSeries, watches: Watches, now: datetime) -> Outcome:
    """A word, its tone, and the same as a sentence."""
    watch = watches.get((series.sensor_id, series.function), Watch(None))
    last = {"at": jst(series.last_at)}
    match standing(series.last_at, watch, now):
        case Standing.GOES_ON:
            sentence = gettext("最後は%(at)sです。まだ続いているかもしれません。")
            return Outcome(gettext("24時間以内に検知"), "attention", sentence % last)
        case Standing.STOPPED:
            sentence = gettext("%(at)sを最後に止まっています。そのあとも見守っていますが、起きていません。")
            return Outcome(gettext("止まっています"), "safe", sentence % last)
        case Standing.UNKNOWN:
            sentence = gettext("最後は%(at)sです。そのあと十分に見守れていないため、止まったとは言えません。")
            return Outcome(gettext("止まったか不明"), "neutral", sentence % last)
