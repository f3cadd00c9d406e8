"""How a firm's boxes are, in words for its own people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from sensors.models import Sensor
from sensors.selectors import boxes_read
from sensors.silence import silent_after

FUNCTIONS: dict[str, Any] = {
    "ips": gettext_lazy("不正侵入対策"),
    "av": gettext_lazy("ウイルス対策"),
    "wg": gettext_lazy("危険サイト対策"),
}


@dataclass(frozen=True)
class FunctionStatus:
    """One function of a box: its name, whether it works in a word, the word's tone."""

    label: str
    word: str
    tone: str


@dataclass(frozen=True)
class BoxStatus:
    """A box in a firm's words. `watching` is true when it reported lately and lets no traffic past it.

    `functions`: each by itself; none of a box that does not work. `failing`: names of those that should and cannot.
    """

    name: str
    watching: bool
    word: str
    tone: str
    last_seen_at: datetime | None
    since: datetime | None
    off: tuple[str, ...]
    functions: tuple[FunctionStatus, ...] = ()
    failing: tuple[str, ...] = ()


def box_status(sensor: Sensor, now: datetime, allowed: timedelta) -> BoxStatus:
    """From the box's state, its last contact and its last heartbeat. `allowed`: silence its programme allows."""
    word, tone = _state(sensor, now, allowed)
    functions = sensor.heartbeat.get("functions", {})
    off = tuple(str(label) for key, label in FUNCTIONS.items() if functions.get(key, "on") != "on")
    failing = tuple(str(label) for key, label in FUNCTIONS.items() if functions.get(key) == "unavailable")
    works = sensor.state == Sensor.State.ACTIVE and sensor.last_seen_at is not None
    return BoxStatus(
        name=sensor.name,
        watching=tone == "safe",
        word=word,
        tone=tone,
        last_seen_at=sensor.last_seen_at,
        since=sensor.activated_at,
        off=off,
        functions=_functions(functions, watching=tone == "safe") if works else (),
        failing=failing,
    )


def _functions(states: dict[str, str], *, watching: bool) -> tuple[FunctionStatus, ...]:
    """What the last report says of each function; of a box that watches nothing none of them does."""
    words = {
        "on": (gettext("働いています"), "safe"),
        "off": (gettext("使っていません"), "neutral"),
        "unavailable": (gettext("いまは働けません"), "danger"),
    }
    if not watching:
        words["on"] = (gettext("いまは働いていません"), "danger")
    unknown = (gettext("報告がありません"), "neutral")
    return tuple(
        FunctionStatus(str(label), *words.get(states.get(key, ""), unknown)) for key, label in FUNCTIONS.items()
    )


def _state(sensor: Sensor, now: datetime, allowed: timedelta) -> tuple[str, str]:
    if sensor.state != Sensor.State.ACTIVE:
        return str(sensor.get_state_display()), "neutral"
    if sensor.last_seen_at is None or now - sensor.last_seen_at >= allowed:
        return gettext("連絡がありません"), "danger"
    if sensor.heartbeat.get("protection", "on") != "on":
        return gettext("守りが切れています"), "danger"
    return gettext("見守っています"), "safe"


def firm_boxes(tenant_id: int, now: datetime) -> list[BoxStatus]:
    """The firm's boxes that were not given back."""
    boxes = [box for box in boxes_read(tenant_id=tenant_id) if box.state != Sensor.State.RETIRED]
    allowed = silent_after(tenant_id=tenant_id, at=now)
    return [box_status(sensor, now, allowed) for sensor in boxes]
