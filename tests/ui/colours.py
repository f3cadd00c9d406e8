"""Contrast as WCAG 2.2 defines it, and the colours of tokens.css."""

import re
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tokens(dark: bool = False) -> dict[str, str]:
    """Name → #rrggbb, references followed; of the dark scheme what it turns round."""
    light, turned = TOKENS.read_text().split("@media screen and (prefers-color-scheme: dark)")
    by_name = dict(re.findall(r"--([\w-]+):\s*([^;]+);", light + turned if dark else light))

    def follow(value: str) -> str:
        reference = re.fullmatch(r"var\(--([\w-]+)\)", value.strip())
        return follow(by_name[reference[1]]) if reference else value.strip()

    values = {name: follow(value) for name, value in by_name.items()}
    return {name: value for name, value in values.items() if re.fullmatch(r"#[0-9a-f]{6}", value)}
