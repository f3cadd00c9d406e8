"""Claims, payments and loss ratio by programme and year, added up from months. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from insurance.doors import Month


@dataclass(frozen=True)
class YearFigures:
    """One programme's year (年度). `premium_yen` is what the firms' months brought."""

    programme_id: int
    year: int
    firm_months: int
    premium_yen: int
    made: int
    asked_yen: int
    rejected: int
    paid: int
    paid_yen: int

    @property
    def loss_percent(self) -> int | None:
        """Paid in per cent of premium; None without any premium."""
        return round(100 * self.paid_yen / self.premium_yen) if self.premium_yen else None


def years(months: Iterable[Month], first_month: Mapping[int, int]) -> list[YearFigures]:
    """Figures by programme and year; `first_month`: the month in which the programme's year begins."""
    grouped: dict[tuple[int, int], list[Month]] = {}
    for month in months:
        grouped.setdefault((month.programme_id, fiscal_year(month.month, first_month[month.programme_id])), []).append(
            month
        )
    return [
        YearFigures(
            programme_id=programme_id,
            year=year,
            firm_months=sum(month.firms for month in rows),
            premium_yen=sum(month.firms * month.premium_yen for month in rows),
            made=sum(month.made for month in rows),
            asked_yen=sum(month.asked_yen for month in rows),
            rejected=sum(month.rejected for month in rows),
            paid=sum(month.paid for month in rows),
            paid_yen=sum(month.paid_yen for month in rows),
        )
        for (programme_id, year), rows in sorted(grouped.items(), key=lambda item: (item[0][0], -item[0][1]))
    ]


def fiscal_year(day: date, first_month: int) -> int:
    """The year (年度) that holds a day, named by the calendar year in which it begins."""
    return day.year - (day.month < first_month)
