"""What a chart shows, as plain data, with its text alternative; and the small arithmetic of scales and labels."""

import math
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

MAX_SERIES: Final = 6


@dataclass(frozen=True)
class Series:
    """One row of values, as many as the chart has categories; None is "no figure", which is not zero."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class ChartData:
    """What a chart shows. `n` and `period` are printed with it (UI rule 6).

    Raises ValueError when a series has not one value per category, is negative, or there are more series than
    can be told apart.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    period: str = ""
    n: int | None = None
    description: str = ""
    corner: str = ""

    def __post_init__(self) -> None:
        if len(self.series) > MAX_SERIES:
            raise ValueError(f"at most {MAX_SERIES} series can be told apart, not {len(self.series)}")
        for row in self.series:
            if len(row.values) != len(self.categories):
                raise ValueError(f"series {row.name!r} has {len(row.values)} values, {len(self.categories)} expected")
            if any(value is not None and value < 0 for value in row.values):
                raise ValueError(f"series {row.name!r} has a negative value")

    @property
    def caption(self) -> str:
        """Title with unit, period and n: `種類別の件数(件、2026年10月、n=53)`."""
        parts = [self.unit.strip(), self.period, "" if self.n is None else f"n={self.n:,}"]
        about = gettext("、").join(part for part in parts if part)
        return gettext("%(title)s(%(about)s)") % {"title": self.title, "about": about} if about else self.title

    @property
    def table(self) -> tuple[list[str], list[list[str]]]:
        """Text alternative: (headers, rows), one row per category."""
        headers = [self.corner, *(row.name for row in self.series)]
        rows = [
            [category, *(number_text(row.values[at]) for row in self.series)]
            for at, category in enumerate(self.categories)
        ]
        return headers, rows


def number_text(value: float | None) -> str:
    """`1,234`, `7.6`; an en dash where there is no figure."""
    if value is None:
        return "–"
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.1f}"


def nice_ticks(highest: float, wanted: int = 4) -> list[float]:
    """Round axis values from 0 to at least `highest`, whole numbers when the data are small counts."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / wanted
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * scale for factor in (1, 2, 2.5, 5, 10) if factor * scale >= rough - 1e-12)
    if highest >= 1:
        step = float(max(1, math.ceil(step))) if step < 10 else step
    return [step * count for count in range(math.ceil(highest / step - 1e-9) + 1)]


def text_units(text: str) -> float:
    """Width of a text in full-width characters, near enough to place labels."""
    return sum(0.56 if ord(letter) < 0x2E80 and not 0x2600 <= ord(letter) < 0x2700 else 1.0 for letter in text)


def clip(text: str, units: float) -> str:
    """The text, cut with an ellipsis when it is wider than `units` full-width characters."""
    if text_units(text) <= units:
        return text
    kept = ""
    for letter in text:
        if text_units(kept + letter) > units - 1:
            break
        kept += letter
    return kept + "…"
