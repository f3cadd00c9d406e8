"""Lines of templates fit a screen, so that a change of one element is a change of one line."""

from __future__ import annotations

from pathlib import Path

from tests.templates import template_files

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 140


def test_no_line_of_a_template_is_longer_than_a_screen() -> None:
    templates = [path for path, _name in template_files() if path.suffix == ".html"]
    assert len(templates) > 200, "the templates are somewhere else now"
    long = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not long, f"longer than {LONGEST} characters (break between attributes or beside a block):\n" + "\n".join(
        long
    )
