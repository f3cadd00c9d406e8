"""Every source a comment or a docstring cites stands in docs/sources.md, with the document and what it says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "docs" / "sources.md"
# A report and the places named behind it: "OSK 表4-23 to 4-25", "KMM 3.8", "AIC 7-1".
_REPORT = re.compile(
    r"\b(OSK|KMM|AIC|THK|SC3)((?:(?:[ ,;、・/]| and | to )*(?:表|図)?\d+(?:[.-]\d+)+|[ ,]*図\d+(?:-\d+)?)+)"
)
_PLACE = re.compile(r"(表|図)?(\d+(?:[.-]\d+)*)")
_OWN = re.compile(r"\b(N\d{1,2}|EVE-NOTES \d+|UI rule \d+)\b|\((F\d{2}|D\d)[,)]|\"(D\d):")


def cited(text: str) -> Iterator[str]:
    """Names of the places a text cites, as docs/sources.md writes them."""
    for citation in _REPORT.finditer(text):
        kind = ""
        for place in _PLACE.finditer(citation[2]):
            if "." in place[2]:
                kind = ""
            kind = place[1] or (kind if "-" in place[2] else "")
            number = place[2].split("-")[0] if kind == "図" else place[2]
            yield f"{citation[1]} {kind}{number}"
    for own in _OWN.finditer(text):
        yield next(name for name in own.groups() if name)


def test_every_citation_is_explained() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.toml", "*.html", "docs/*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    explained = set(re.findall(r"^\| ([^|]+?) \|", SOURCES.read_text(encoding="utf-8"), re.MULTILINE))
    missing = {
        (name, file)
        for file in files
        if not file.startswith(("docs/sources.md", "locale/", "tests/test_sources"))
        for name in cited((ROOT / file).read_text(encoding="utf-8"))
        if name not in explained
    }
    assert not missing, "\n".join(f"{name}: {file}" for name, file in sorted(missing))


def test_citations_are_found_as_people_write_them() -> None:
    assert list(cited("OSK 表4-23 to 4-25; KMM 図63-65.")) == ["OSK 表4-23", "OSK 表4-25", "KMM 図63"]
    assert list(cited("(OSK 3.4.3, 表3-6, 5.4.1; KMM 2.5)")) == ["OSK 3.4.3", "OSK 表3-6", "OSK 5.4.1", "KMM 2.5"]
    assert list(cited("AIC 7-1; (N2) (EVE-NOTES 8). UI rule 6")) == ["AIC 7-1", "N2", "EVE-NOTES 8", "UI rule 6"]
