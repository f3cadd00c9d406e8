"""The marks charts are drawn with, as SVG text. Only presentational attributes: no `style=`, no classes."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext

from web.chart_data import ChartData, number_text

FONT: Final = "Noto Sans JP, Hiragino Sans, Yu Gothic, Meiryo, Noto Sans CJK JP, sans-serif"


INK: Final = "#1a1a1a"


INK_WEAK: Final = "#4d4d4d"


GRID: Final = "#cccccc"


AXIS: Final = "#767676"


# Dark to light, so that neighbours differ in grey; patterns do the rest.
PALETTE: Final = ("#0017c1", "#008bf2", "#c74700", "#197a4b", "#a58000", "#6f23d0")


PATTERNS: Final = ("solid", "stripe", "dots", "cross", "bars", "rows")


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    size: float = 13,
    ink: str = INK,
    bold: bool = False,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{_n(size)}" fill="{ink}"{weight}>'
        f"{escape(words)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, ink: str = GRID, width: float = 1) -> str:
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{ink}" stroke-width="{_n(width)}"/>'


def _hatch(position: int, x: float, y: float, width: float, height: float) -> str:
    """White marks over a bar, drawn as plain lines: SVG patterns are not painted by every PDF renderer."""
    kind = PATTERNS[position]
    lines: list[str] = []
    if kind in {"stripe", "cross"}:
        lines += _diagonals(x, y, width, height)
    if kind == "cross":
        lines += [
            f"M{_n(2 * x + width - a)} {_n(b)}L{_n(2 * x + width - c)} {_n(d)}"
            for a, b, c, d in _diagonal_ends(x, y, width, height)
        ]
    if kind == "bars":
        lines += [f"M{_n(x + at)} {_n(y)}V{_n(y + height)}" for at in _every(width, 5)]
    if kind == "rows":
        lines += [f"M{_n(x)} {_n(y + at)}H{_n(x + width)}" for at in _every(height, 5)]
    if kind == "dots":
        lines += [f"M{_n(x + a)} {_n(y + b)}h.01" for a in _every(width, 6) for b in _every(height, 6)]
    if not lines:
        return ""
    weight = "2.4" if kind == "dots" else "1.4"
    return f'<path d="{"".join(lines)}" stroke="#ffffff" stroke-width="{weight}" stroke-linecap="round" fill="none"/>'


def _every(length: float, step: float) -> Iterator[float]:
    at = step
    while at < length - 1:
        yield at
        at += step


def _diagonal_ends(x: float, y: float, width: float, height: float) -> Iterator[tuple[float, float, float, float]]:
    """End points of 45° lines clipped to the rectangle, 6 apart."""
    offset = 6.0
    while offset < width + height - 1:
        yield (
            x + max(0.0, offset - height),
            y + min(height, offset),
            x + min(width, offset),
            y + max(0.0, offset - width),
        )
        offset += 6.0


def _diagonals(x: float, y: float, width: float, height: float) -> list[str]:
    return [f"M{_n(a)} {_n(b)}L{_n(c)} {_n(d)}" for a, b, c, d in _diagonal_ends(x, y, width, height)]


def mark(position: int, x: float, y: float, width: float, height: float) -> str:
    if width <= 0 or height <= 0:
        return ""
    box = (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{PALETTE[position]}" '
        'stroke="#ffffff" stroke-width="0.75"/>'
    )
    return box + _hatch(position, x, y, width, height)


MARKERS: Final = ("circle", "square", "triangle", "diamond", "square", "circle")


DASHES: Final = ("", "7 4", "2 4", "10 3 2 3", "5 2", "1 3")


def polyline(
    points: Sequence[tuple[float, float] | None],
    ink: str,
    dash: str,
    thick: float = 2.5,
) -> str:
    """The line, broken where there is no figure."""
    path, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{_n(point[0])} {_n(point[1])}")
        pen = "L"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="{ink}" stroke-width="{_n(thick)}" stroke-linejoin="round"'
        f"{dashes}/>"
    )


def marker(position: int, x: float, y: float, size: float = 4.5) -> str:
    fill = f'fill="{PALETTE[position]}" stroke="#ffffff" stroke-width="1"'
    kind = MARKERS[position]
    if kind == "circle":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" {fill}/>'
    if kind == "square":
        return f'<rect x="{_n(x - size)}" y="{_n(y - size)}" width="{_n(2 * size)}" height="{_n(2 * size)}" {fill}/>'
    if kind == "triangle":
        shape = f"M{_n(x)} {_n(y - size - 1)}l{_n(size + 1)} {_n(2 * size)}h{_n(-2 * size - 2)}z"
    else:
        shape = (
            f"M{_n(x)} {_n(y - size - 1)}l{_n(size + 1)} {_n(size + 1)}l{_n(-size - 1)} {_n(size + 1)}"
            f"l{_n(-size - 1)} {_n(-size - 1)}z"
        )
    return f'<path d="{shape}" {fill}/>'


def frame(data: ChartData, width: float, height: float, body: Sequence[str], kind: str) -> str:
    key = hashlib.sha256(repr((data, kind, width)).encode()).hexdigest()[:10]
    description = data.description or gettext("、").join(
        f"{category} {number_text(row.values[at])}{data.unit}"
        for row in data.series[:1]
        for at, category in enumerate(data.categories)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" '
        f'height="{_n(height)}" role="img" aria-labelledby="t{key} d{key}" font-family={quoteattr(FONT)}>'
        f'<title id="t{key}">{escape(data.caption)}</title><desc id="d{key}">{escape(description)}</desc>'
        f"{''.join(body)}</svg>"
    )
