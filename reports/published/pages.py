"""A measure of a programme for the screen and for files: its table, its chart, and how it was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from base.sql_files import sql_directory
from reports.months import Month
from reports.office_tables import LEAST_FIRMS, Table
from reports.published.doors import detections_counted
from reports.published.registry import MEASURES, Measure
from web.charts import ChartData
from web.templatetags.formats import jst_month

MOST_MONTHS = 36
# The functions of the database that count, and that put months together.
COUNTED_BY = ("detections_counted", "detection_figures")


@dataclass(frozen=True)
class Published:
    """Tables of some months. `firms`: of the newest month; `first` and `last`: the months there are, None for none."""

    firms: int
    counted_at: datetime | None
    first: date | None
    last: date | None
    tables: Sequence[Table]
    charts: Sequence[ChartData | None]

    @property
    def hidden(self) -> bool:
        """Whether the programme is too small for any table."""
        return self.first is None and self.firms < LEAST_FIRMS


def published(*, programme_id: int, first: Month, last: Month, measures: Sequence[Measure] = MEASURES) -> Published:
    """The tables of these measures. Needs the scope of a person of the programme's office; others get none."""
    reads = sorted({"firms_all", *(name for measure in measures for name in measure.reads)})
    counted = detections_counted(programme_id=programme_id, first=first.first, last=last.first, measures=reads)
    months = sorted(counted.counts.participants)
    if not months:
        return Published(counted.firms, counted.counted_at, None, None, (), ())
    tables = [measure.table(counted.counts) for measure in measures]
    period, firms = period_words(months[0], months[-1]), counted.counts.firms_of("online")
    charts = [measure.chart(table, period, firms) for measure, table in zip(measures, tables, strict=True)]
    return Published(counted.firms, counted.counted_at, months[0], months[-1], tables, charts)


def period_words(first: date, last: date) -> str:
    """`2020年9月~2020年12月`."""
    return jst_month(first) if first == last else f"{jst_month(first)}~{jst_month(last)}"


def counting_sql() -> list[tuple[str, str]]:
    """(name, text) of what counts, as it stands in the database."""
    directory: Path = sql_directory("reports") / "functions"
    return [(f"sec.{name}", (directory / f"{name}.sql").read_text(encoding="utf-8")) for name in COUNTED_BY]
