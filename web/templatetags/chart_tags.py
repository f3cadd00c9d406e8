"""Charts on pages: the drawing for a phone, the drawing for a desk, and the table behind both."""

from collections.abc import Callable
from typing import Final

from django import template
from django.utils.safestring import SafeString, mark_safe

from web import charts

register = template.Library()

DRAWINGS: Final[dict[str, Callable[[charts.ChartData, float], str]]] = {
    "bar": lambda data, width: charts.bar_chart(data, width=width),
    "stacked": lambda data, width: charts.bar_chart(data, stacked=True, width=width),
    "top": lambda data, width: charts.top_chart(data, width=width),
    "line": lambda data, width: charts.line_chart(data, width=width),
}
NARROW: Final = 340.0
WIDE: Final = 600.0


def _draw(kind: str, data: charts.ChartData, width: float) -> SafeString:
    if kind not in DRAWINGS:
        raise template.TemplateSyntaxError(f"no chart called {kind!r}; one of {', '.join(DRAWINGS)}")
    return mark_safe(DRAWINGS[kind](data, width))  # noqa: S308 - words are escaped where they are drawn


@register.inclusion_tag("components/chart.html")
def chart(data: charts.ChartData, kind: str = "bar") -> dict[str, object]:
    """A chart with caption and table. kind: bar, stacked, top, line."""
    headers, rows = data.table
    return {
        "caption": data.caption,
        "narrow": _draw(kind, data, NARROW),
        "wide": _draw(kind, data, WIDE),
        "headers": headers,
        "rows": rows,
        "numeric": ",".join(str(at) for at in range(1, len(headers))),
    }


@register.simple_tag
def chart_svg(data: charts.ChartData, kind: str = "bar", width: float = 640) -> SafeString:
    """The drawing alone, for paper; print its table or figures beside it."""
    return _draw(kind, data, width)


@register.simple_tag
def spark(data: charts.ChartData) -> SafeString:
    """A small line beside a number."""
    return mark_safe(charts.sparkline(data).replace("<svg ", '<svg class="sparkline" ', 1))  # noqa: S308 - as above
