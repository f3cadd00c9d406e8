"""What the firm answered to its notices in a period, and what waits for an answer. Needs the firm's scope."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from alerts.kinds import group_threat
from alerts.models import AlertGroup
from incidents.core.questions import open_questions
from incidents.models import AlertAnswer
from reports.months import Period
from sensors.devices import names_given

MOST_ANSWERS: Final = 10
MOST_OPEN: Final = 5


def answers_of_period(tenant_id: int, period: Period) -> dict[str, Any]:
    """The answers given within it, one row a press, newest first; and the ★★ and more that nobody has answered.

    `notices`: answered notices; of several answers to one notice the newest of the period counts. `open`: the firm's
    questions of the period or before it that are still open when this is asked (incidents.core.questions).
    """
    given = AlertAnswer.objects.filter(
        tenant_id=tenant_id, answered_at__gte=period.start, answered_at__lt=period.end
    ).select_related("group")
    newest = list(given.order_by("group_id", "-answered_at", "-pk").distinct("group_id"))
    notices = Counter(answer.act for answer in newest)
    presses = {answer.act: answer for answer in sorted(newest, key=lambda answer: (answer.answered_at, answer.pk))}
    last_first = sorted(presses.values(), key=lambda answer: (answer.answered_at, answer.pk), reverse=True)
    waiting = open_questions(tenant_id).filter(first_at__lt=period.end)
    shown = list(waiting[:MOST_OPEN])
    called = names_given(
        (tenant_id, group.sensor_id, group.asset_mac) for group in [*shown, *(answer.group for answer in last_first)]
    )
    return {
        "notices": len(newest),
        "given": len(presses),
        "rows": [
            {
                "at": answer.answered_at.isoformat(),
                "answer": answer.answer,
                "notices": notices[answer.act],
                **_about(answer.group, called),
            }
            for answer in last_first[:MOST_ANSWERS]
        ],
        "open": waiting.count(),
        "open_rows": [
            {"at": group.last_at.isoformat(), "grade": group.grade, **_about(group, called)} for group in shown
        ],
        "unsupported": _unsupported(last_first, called),
    }


def _about(group: AlertGroup, called: dict[tuple[int, str], str]) -> dict[str, Any]:
    return {
        "threat": group_threat(group),
        "device": called.get((group.sensor_id, group.asset_mac), ""),
        "ip": str(group.asset_ip or group.asset_mac or ""),
    }


def _unsupported(answers: list[AlertAnswer], called: dict[tuple[int, str], str]) -> list[dict[str, Any]]:
    """Machines of which the firm itself said that the support of their system has ended."""
    groups = [answer.group for answer in answers if answer.os_supported == "no"]
    machines = {group.asset_key: _about(group, called) for group in reversed(groups)}
    return [{"device": machine["device"], "ip": machine["ip"]} for machine in machines.values()]
