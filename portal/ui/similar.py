"""A firm's own cases of the same threat family, and what came of them. No other firm's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from alerts.kinds import group_threat
from alerts.models import AlertGroup, AlertSeries
from alerts.selectors import groups_of, series_of
from alerts.ui.lines import Line, lines_to
from portal.ui.notice_states import NoticeState, with_states

LOOK_BACK: Final = timedelta(days=365)
MOST_READ: Final = 100  # series, the newest
MOST: Final = 5


def similar(series: AlertSeries, group: AlertGroup, now: datetime) -> list[tuple[Line, NoticeState | None]]:
    """Other series of the firm whose newest notice is of the same threat family as `group`, newest first."""
    others = series_of(group.tenant_id).filter(last_at__gte=now - LOOK_BACK)
    candidates = list(others.exclude(pk=series.pk)[:MOST_READ])
    newest = groups_of(group.tenant_id).filter(pk__in=[each.newest_group for each in candidates])
    family = group_threat(group)
    alike = {each.pk: each for each in newest if group_threat(each) == family}
    pairs = [(each, alike[each.newest_group]) for each in candidates if each.newest_group in alike]
    return with_states(lines_to(pairs[:MOST], now))
