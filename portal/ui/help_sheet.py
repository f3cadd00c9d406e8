"""The sheet on which a firm chooses between remote help and a visit (OSK 3.4.3, IPA FAQ 3-Q1: never remote only).

Everything it says is in one plain dictionary: that is what is shown, hashed and kept with the choice.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext

from incidents.dispatch.doors import past_effort
from incidents.dispatch.estimates import Past, nearest, tax_in, yen_of
from incidents.models import Incident, Job
from insurance.selectors import Cover, cover_of_incident
from insurance.ui.fragments import refusal_words
from tenants.selectors import enrolment_current


def sheet(incident: Incident) -> dict[str, Any]:
    """Both options, always; what is not known is None and is said so on the page."""
    enrolment = enrolment_current(tenant_id=incident.tenant_id)
    group = incident.groups.order_by("first_at").first()
    past = (
        past_effort(
            programme_id=enrolment.programme_id,
            family=incident.family,
            function=group.function if group else "",
        )
        if enrolment
        else []
    )
    covers = {
        way: cover_of_incident(incident=incident, remote=way == Job.Way.REMOTE) if enrolment else None
        for way in Job.Way.values
    }
    return {
        "language": get_language(),
        "options": [_option(way, nearest(past, way), cover) for way, cover in covers.items()],
    }


def _option(way: str, past: Past | None, cover: Cover | None) -> dict[str, Any]:
    yen = yen_of(past)
    return {
        "way": way,
        "title": str(Job.Way(way).label),
        **_words(way),
        "cover": refusal_words(cover.verdict, cover) if cover and cover.verdict else "",
        "minutes": _minutes(past),
        "yen": _range(yen, past.bills if past else 0),
        "own_yen": _range(tuple(_own(amount, cover) for amount in yen), past.bills) if yen and past else None,
    }


def _words(way: str) -> dict[str, Any]:
    if way == Job.Way.REMOTE:
        return {
            "lead": gettext("電話と画面の共有で、担当者がいっしょに確かめます。"),
            "merits": [
                gettext("その日のうちに始められることが多く、待たずに済みます。"),
                gettext("移動の時間がないため、費用を抑えられます。"),
            ],
            "drawbacks": [
                gettext("パソコンの操作は、電話を聞きながらご自分で行います。"),
                gettext("ネットワークから外した機器は、画面を共有できません。"),
                gettext("解決しないときは、あとから訪問に変えられます。"),
            ],
        }
    return {
        "lead": gettext("地域のIT事業者が会社へ伺い、機器を直接調べます。"),
        "merits": [
            gettext("操作は担当者が行います。"),
            gettext("どの機器か分からないときも、その場で探せます。"),
        ],
        "drawbacks": [
            gettext("日時の調整が要ります。伺うまで、その機器は使えません。"),
            gettext("移動の時間も費用に入ります。"),
        ],
    }


def _minutes(past: Past | None) -> dict[str, int] | None:
    if past is None:
        return None
    return {
        "low": past.minutes_low,
        "middle": past.minutes_middle,
        "high": past.minutes_high,
        "n": past.jobs,
        "level": past.level,
    }


def _range(amounts: tuple[int, ...] | None, n: int) -> dict[str, int] | None:
    if amounts is None:
        return None
    low, middle, high = amounts
    return {"low": low, "middle": middle, "high": high, "n": n}


def _own(total_yen: int, cover: Cover | None) -> int:
    """What the firm itself would pay of a bill, as its cover is at this moment."""
    return total_yen if cover is None else cover.estimate(total_yen, tax_in(total_yen)).own_yen
