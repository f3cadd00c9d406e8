"""A length of time in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext


def span(length: timedelta | int | None) -> str:
    """A length of time in the two largest units: `3日 4時間`, `25分`. Integers are seconds."""
    if length is None:
        return ""
    seconds = int(length.total_seconds()) if isinstance(length, timedelta) else length
    days, rest = divmod(max(seconds, 0), 86400)
    hours, rest = divmod(rest, 3600)
    minutes = rest // 60
    parts = [
        gettext("%(n)s日") % {"n": f"{days:,}"} if days else "",
        gettext("%(n)s時間") % {"n": hours} if hours else "",
        gettext("%(n)s分") % {"n": minutes} if minutes or not (days or hours) else "",
    ]
    return " ".join([part for part in parts if part][:2])
