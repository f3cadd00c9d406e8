"""Doors through row-level security for owners, offices and outreach desks (docs/access.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from base.industries import INDUSTRIES


@dataclass(frozen=True)
class OfficeFirm:
    """A firm of the acting office's programme; None in each group of fields the firm has not agreed to show."""

    tenant_id: int
    name: str
    active_boxes: int | None
    last_seen_at: datetime | None
    incidents: int | None
    open_incidents: int | None
    prefecture: str
    municipality: str
    industry: str
    staff_count: int | None
    phone: str
    contract_start: date | None

    @property
    def place(self) -> str:
        """Prefecture and municipality in one word."""
        return f"{self.prefecture}{self.municipality}"

    @property
    def industry_words(self) -> str:
        """The industry's name; "" when the firm named none."""
        return str(dict(INDUSTRIES).get(self.industry, ""))


@dataclass(frozen=True)
class IntroducedFirm:
    """A firm the acting outreach desk introduced."""

    tenant_id: int
    name: str
    municipality: str
    since: date | None  # begin of its contract
    watched: bool


def office_firms() -> list[OfficeFirm]:
    """Firms whose programme the acting organisation is the office of, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, firm, active_boxes, last_seen_at, incidents, open_incidents, prefecture, municipality,"
            " industry, staff_count, phone, contract_start FROM sec.office_firms() ORDER BY firm"
        )
        return [OfficeFirm(*row) for row in cursor.fetchall()]


def introduced_firms() -> list[IntroducedFirm]:
    """Firms the acting organisation introduced, the newest contract first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.tenant_id, f.firm, f.municipality, f.enrolled_since, f.watched FROM sec.introduced_firms() f"
            " JOIN tenants_accessgrant a ON a.id = f.grant_id ORDER BY f.enrolled_since DESC NULLS LAST, f.firm"
        )
        return [IntroducedFirm(*row) for row in cursor.fetchall()]


def member_log_in_failures(*, since: timedelta) -> list[tuple[int, int, datetime]]:
    """(user_id, how often, last time) of the members of the organisation whose owner is acting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, failures, last_at FROM sec.member_log_in_failures(%s::interval)", [f"{since.days} days"]
        )
        return list(cursor.fetchall())
