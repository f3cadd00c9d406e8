"""Every pair of colours used for words can be read (WCAG 1.4.3: 4.5), every border and disc can be seen (1.4.11: 3)."""

import pytest

from tests.ui.colours import contrast, tokens

TEXT = [
    ("text", "page"),
    ("text-sub", "page"),
    ("text-weak", "page"),
    ("text", "page-tint"),
    ("text-sub", "page-tint"),
    ("key", "white"),
    ("white", "key"),
    ("white", "key-hover"),
    ("key", "key-tint"),
    ("key-hover", "blue-100"),
    ("white", "danger-strong"),
    ("white", "red-1000"),
    ("danger-strong", "white"),
    ("gray-700", "gray-100"),
    ("attention", "yellow-100"),
    ("info", "white"),
    ("neutral", "white"),
    ("black", "yellow-300"),
    ("white", "blue-1200"),
    ("blue-200", "blue-1200"),
    ("white", "blue-1000"),
    ("white", "gray-600"),
    ("text", "gray-50"),
    ("key", "page-tint"),
    ("text", "blue-100"),
    ("danger-strong", "blue-100"),
    ("key", "blue-100"),
    ("text-sub", "gray-50"),
    ("white", "safe-strong"),
    ("white", "info"),
    *((tone, f"{tone}-tint") for tone in ("safe", "attention", "danger", "info", "neutral")),
    *(("text", f"{tone}-tint") for tone in ("safe", "attention", "danger", "info", "neutral")),
    *(("text-sub", f"{tone}-tint") for tone in ("safe", "attention", "danger", "info", "neutral")),
    *(("key", f"{tone}-tint") for tone in ("safe", "attention", "danger", "info", "neutral")),
]
SHAPES = [("line-strong", "white"), ("gray-420", "white"), ("black", "white"), ("black", "yellow-300")] + [
    (f"{tone}-strong", ground)
    for tone in ("safe", "attention", "danger", "info", "neutral")
    for ground in ("white", f"{tone}-tint")
]


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_words_can_be_read(ink: str, ground: str) -> None:
    values = tokens()
    assert contrast(values[ink], values[ground]) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), SHAPES)
def test_borders_and_icons_can_be_seen(mark: str, ground: str) -> None:
    values = tokens()
    assert contrast(values[mark], values[ground]) >= 3
