"""Up to when a person has seen the news of an organisation they act for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from tenants.models import User

AT_FIRST: Final = timedelta(days=7)  # somebody who never looked is shown a week
LONGEST: Final = timedelta(days=30)


def news_seen_until(*, user: User, organisation_id: int, now: datetime) -> datetime:
    """Since when things are new to the person; never longer ago than 30 days."""
    stored = user.news_seen.get(str(organisation_id))
    seen = datetime.fromisoformat(stored) if stored else now - AT_FIRST
    return max(seen, now - LONGEST)


def news_see(*, user: User, organisation_id: int, until: datetime) -> None:
    """Note that the person has seen what came until then; never back in time."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    stored = locked.news_seen.get(str(organisation_id))
    if stored and datetime.fromisoformat(stored) >= until:
        return
    locked.news_seen = {**locked.news_seen, str(organisation_id): until.isoformat()}
    locked.save(update_fields=["news_seen"])
