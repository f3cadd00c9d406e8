"""Why a notice has its importance, for the firm: what the importance means, and what was looked at."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from alerts.models import AlertGroup
from alerts.models.alert import Direction, Function, Grade

# OSK 表3-7, in plain words.
MEANINGS: dict[int, Any] = {
    Grade.HIGH: gettext_lazy(
        "ウイルスに感染している可能性がとても高いときです。すぐにお知らせし、初動対応の対象になります。"
    ),
    Grade.MEDIUM: gettext_lazy(
        "ウイルスへの感染や被害の可能性があるときです。1時間ごとのまとめでお知らせし、確かめていただきます。"
    ),
    Grade.LOW: gettext_lazy("感染や被害の可能性は低いものの、知っておいていただきたいときです。"),
    Grade.NONE: gettext_lazy("対応の要らないときです。記録だけを残します。"),
}


def grade_meaning(grade: int) -> str:
    """When an importance is given, and what it brings about."""
    return str(MEANINGS[Grade(grade)])


def grade_reasons(group: AlertGroup) -> list[tuple[str, str]]:
    """(what was looked at, what it was) of a notice; the rule's own sentence stands beside it."""
    return [
        (gettext("見つけたしくみ"), str(Function(group.function).label)),
        (gettext("通信の向き"), str(Direction(group.direction).label)),
        (gettext("センサーが止めたか"), _stopped(group)),
        (gettext("この時間の回数"), gettext("%(n)s回") % {"n": f"{group.alert_count:,}"}),
    ]


def _stopped(group: AlertGroup) -> str:
    if group.blocked_count >= group.alert_count:
        return gettext("すべて止めました")
    return gettext("一部だけ止めました") if group.blocked_count else gettext("止めていません")
