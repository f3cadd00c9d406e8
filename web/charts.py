"""Charts as SVG text, made on the server; the same for screen, mail attachment and paper.

Only presentational attributes are used, so a page with a strict CSP may carry them inline. Series differ by colour,
by lightness and by pattern, and every value is written beside its mark, so nothing is lost in grey or for
colour-blind readers. Each chart has its table (`ChartData.table`) as text alternative.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from web.chart_data import (
    ChartData,
    Series,
    clip,
    nice_ticks,
    number_text,
    text_units,
)
from web.chart_marks import (
    AXIS,
    DASHES,
    GRID,
    INK_WEAK,
    PALETTE,
    frame,
    line,
    mark,
    marker,
    polyline,
    text,
)

__all__ = ["ChartData", "Series", "bar_chart", "line_chart", "sparkline", "top_chart"]


def _legend(data: ChartData, width: float) -> tuple[list[str], float]:
    """Marks with names above the plot, wrapped; (elements, height used). One series needs none."""
    if len(data.series) < 2:
        return [], 0.0
    parts: list[str] = []
    x, y = 0.0, 14.0
    for position, row in enumerate(data.series):
        needed = 22 + text_units(row.name) * 13 + 18
        if x and x + needed > width:
            x, y = 0.0, y + 22
        parts += [mark(position, x, y - 11, 16, 13), text(x + 22, y, row.name)]
        x += needed
    return parts, y + 12


def _highest(data: ChartData, stacked: bool) -> float:
    if stacked:
        return max(
            (sum(row.values[at] or 0 for row in data.series) for at in range(len(data.categories))),
            default=0,
        )
    return max((value or 0 for row in data.series for value in row.values), default=0)


@dataclass(frozen=True)
class _Plot:
    """The rectangle in which values are drawn, and its scale."""

    left: float
    top: float
    right: float
    bottom: float
    limit: float

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.limit


def _plot(data: ChartData, width: float, height: float, top: float, stacked: bool) -> tuple[_Plot, list[str]]:
    ticks = nice_ticks(_highest(data, stacked))
    left = max(text_units(number_text(tick)) for tick in ticks) * 13 + 12
    plot = _Plot(left, top + 24, width - 6, height - 30, ticks[-1])
    parts = [text(0, top + 8, data.unit, size=12, ink=INK_WEAK)] if data.unit else []
    for tick in ticks:
        parts.append(
            line(
                plot.left,
                plot.y(tick),
                plot.right,
                plot.y(tick),
                AXIS if tick == 0 else GRID,
            )
        )
        parts.append(
            text(
                plot.left - 6,
                plot.y(tick) + 4,
                number_text(tick),
                anchor="end",
                size=12,
                ink=INK_WEAK,
            )
        )
    return plot, parts


def _category_labels(data: ChartData, plot: _Plot) -> list[str]:
    """Names below the axis; every second, third, … only when they would touch each other."""
    slot = (plot.right - plot.left) / max(1, len(data.categories))
    widest = max((text_units(name) for name in data.categories), default=0)
    size = 13.0
    every = 1
    if widest * size > slot - 4:
        size = 12.0
        every = max(
            1,
            min(
                math.ceil((widest * size + 4) / slot),
                math.ceil(len(data.categories) / 4),
            ),
        )
    units = (slot * every - 4) / size
    return [
        text(
            plot.left + slot * (at + 0.5),
            plot.bottom + 20,
            clip(name, units),
            anchor="middle",
            size=size,
        )
        for at, name in enumerate(data.categories)
        if at % every == 0
    ]


def bar_chart(data: ChartData, *, stacked: bool = False, width: float = 720, height: float = 300) -> str:
    """Upright bars, grouped or stacked. Values stand on the bars where there is room."""
    legend, top = _legend(data, width)
    plot, parts = _plot(data, width, height, top, stacked)
    draw = _stacked_bars if stacked else _grouped_bars
    parts += draw(data, plot)
    return frame(
        data,
        width,
        height,
        [*legend, *parts, *_category_labels(data, plot)],
        f"bar{stacked}",
    )


def _grouped_bars(data: ChartData, plot: _Plot) -> list[str]:
    slot = (plot.right - plot.left) / max(1, len(data.categories))
    thick = min(44.0, slot * 0.76 / max(1, len(data.series)))
    parts: list[str] = []
    for at in range(len(data.categories)):
        x = plot.left + slot * (at + 0.5) - thick * len(data.series) / 2
        for position, row in enumerate(data.series):
            value = row.values[at]
            left = x + thick * position
            if value:
                parts.append(
                    mark(
                        position,
                        left,
                        plot.y(value),
                        thick,
                        plot.bottom - plot.y(value),
                    )
                )
            words = number_text(value)
            if text_units(words) * 12 <= thick + 6:
                parts.append(
                    text(
                        left + thick / 2,
                        plot.y(value or 0) - 5,
                        words,
                        anchor="middle",
                        size=12,
                    )
                )
    return parts


def _stacked_bars(data: ChartData, plot: _Plot) -> list[str]:
    slot = (plot.right - plot.left) / max(1, len(data.categories))
    thick = min(56.0, slot * 0.7)
    parts: list[str] = []
    for at in range(len(data.categories)):
        left = plot.left + slot * (at + 0.5) - thick / 2
        total = 0.0
        for position, row in enumerate(data.series):
            value = row.values[at] or 0
            parts.append(
                mark(
                    position,
                    left,
                    plot.y(total + value),
                    thick,
                    plot.y(total) - plot.y(total + value),
                )
            )
            total += value
        has_value = any(row.values[at] is not None for row in data.series)
        words = number_text(total if has_value else None)
        if text_units(words) * 12 <= slot:
            parts.append(
                text(
                    left + thick / 2,
                    plot.y(total) - 5,
                    words,
                    anchor="middle",
                    size=12,
                    bold=True,
                )
            )
    return parts


def top_chart(data: ChartData, *, limit: int = 10, width: float = 720) -> str:
    """Lying bars of the first series, largest first, with name and value written out; for "top ten" lists."""
    values = data.series[0].values if data.series else ()
    ranked = sorted(zip(data.categories, values, strict=True), key=lambda pair: -(pair[1] or 0))[:limit]
    row_height = 44.0 if width < 480 else 32.0
    narrow = width < 480
    name_width = (
        0.0
        if narrow
        else min(
            width * 0.42,
            max((text_units(name) for name, _ in ranked), default=0) * 13 + 12,
        )
    )
    value_width = (
        max(
            (text_units(number_text(value) + data.unit) for _, value in ranked),
            default=0,
        )
        * 13
        + 14
    )
    room = width - name_width - value_width
    highest = max((value or 0 for _, value in ranked), default=0) or 1
    parts: list[str] = []
    for at, (name, value) in enumerate(ranked):
        top = at * row_height + 4
        bar_top = top + 20 if narrow else top + 3
        name_x, anchor = (0.0, "start") if narrow else (name_width - 10, "end")
        units = (width if narrow else name_width - 10) / 13
        length = room * (value or 0) / highest
        parts.append(text(name_x, top + (13 if narrow else 18), clip(name, units), anchor=anchor))
        parts.append(mark(0, name_width, bar_top, length, 16.0 if narrow else 20.0))
        parts.append(
            text(
                name_width + length + 8,
                bar_top + (13 if narrow else 15),
                number_text(value) + data.unit,
                bold=True,
            )
        )
    if not narrow:
        parts.append(line(name_width, 2, name_width, len(ranked) * row_height + 4, AXIS))
    return frame(data, width, max(1, len(ranked)) * row_height + 6, parts, "top")


def line_chart(data: ChartData, *, width: float = 720, height: float = 300) -> str:
    """Lines over time; each has its own marker and dash, and its name at the end is in the legend."""
    legend, top = _line_legend(data, width)
    plot, parts = _plot(data, width, height, top, stacked=False)
    slot = (plot.right - plot.left) / max(1, len(data.categories))
    for position, row in enumerate(data.series):
        points = [
            None if value is None else (plot.left + slot * (at + 0.5), plot.y(value))
            for at, value in enumerate(row.values)
        ]
        parts.append(polyline(points, PALETTE[position], DASHES[position]))
        parts += [marker(position, *point) for point in points if point]
        if len(data.series) == 1:
            parts += _point_values(row, points, slot)
    return frame(data, width, height, [*legend, *parts, *_category_labels(data, plot)], "line")


def _point_values(row: Series, points: Sequence[tuple[float, float] | None], slot: float) -> list[str]:
    return [
        text(point[0], point[1] - 10, number_text(value), anchor="middle", size=12)
        for value, point in zip(row.values, points, strict=True)
        if point and text_units(number_text(value)) * 12 <= slot
    ]


def _line_legend(data: ChartData, width: float) -> tuple[list[str], float]:
    if len(data.series) < 2:
        return [], 0.0
    parts: list[str] = []
    x, y = 0.0, 14.0
    for position, row in enumerate(data.series):
        needed = 38 + text_units(row.name) * 13 + 18
        if x and x + needed > width:
            x, y = 0.0, y + 22
        parts.append(polyline([(x, y - 4), (x + 30, y - 4)], PALETTE[position], DASHES[position]))
        parts += [marker(position, x + 15, y - 4), text(x + 38, y, row.name)]
        x += needed
    return parts, y + 12


def sparkline(data: ChartData, *, width: float = 120, height: float = 32) -> str:
    """A small line without axes beside a number; the last point is marked. Words are in title and table."""
    values = data.series[0].values if data.series else ()
    highest = max((value or 0 for value in values), default=0) or 1
    step = (width - 10) / max(1, len(values) - 1)
    points = [
        None if value is None else (5 + step * at, height - 5 - (height - 10) * value / highest)
        for at, value in enumerate(values)
    ]
    parts = [
        line(0, height - 2, width, height - 2),
        polyline(points, PALETTE[0], "", 2),
    ]
    last = next((point for point in reversed(points) if point), None)
    if last:
        parts.append(marker(0, last[0], last[1], 3.5))
    return frame(data, width, height, parts, "spark")
