"""The printing process: reads HTML on standard input, writes PDF on standard output. Started by printing.paper.

Runs as `python -m printing.render`, without Django, database or secrets. Frames both ways (printing.framing);
answers begin with one byte, `+` for a PDF or `-` for an error text. It stays warm between reports (fonts and
imports cost more than a page) and leaves when its input ends.
"""

from __future__ import annotations

import gc
import mimetypes
import re
import resource
import sys
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from printing.framing import read_frame, write_frame
from printing.glyphs import without_boxes

MEMORY_LIMIT: Final = 1_500_000_000  # bytes of address space; a five-page report takes about 500 MB
CPU_SECONDS: Final = 60  # for one report
STATIC: Final = Path(__file__).resolve().parent.parent / "static"
OWN: Final = "otasuke-static:"


class ForbiddenAddress(ValueError):
    """The page asked for something that is not a static file of ours."""


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Gives files of our own `static/` folder, asked for as `otasuke-static:img/mark.svg`; refuses all else."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises ForbiddenAddress for any other address."""
        if not url.startswith(OWN):
            raise ForbiddenAddress(f"not one of our own files: {url[:200]}")
        path = (STATIC / url.removeprefix(OWN)).resolve()
        if not path.is_relative_to(STATIC) or not path.is_file():
            raise ForbiddenAddress(f"no such static file: {url[:200]}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def to_pdf(html: str) -> bytes:
    """Tagged PDF (PDF/UA-1) of a page; fonts are embedded as subsets."""
    sheets = [_sheet(text) for text in _STYLE.findall(html)]
    page = HTML(string=without_boxes(_STYLE.sub("", html)), url_fetcher=OwnFiles(), base_url=OWN)
    pdf: bytes = page.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")
    return pdf


@lru_cache(maxsize=16)
def _sheet(text: str) -> CSS:
    """A style sheet read once: the thousand reports of a month have the same."""
    return CSS(string=text, url_fetcher=OwnFiles(), base_url=OWN)


def limit_memory() -> None:
    """A page that grows without end ends this process, not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def limit_cpu() -> None:
    """Give the next report its seconds on top of those used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Print what comes until the input ends."""
    # A page is a million small objects that live until it is printed: looking for garbage among them meanwhile costs a
    # fifth of the time and finds none. What a page leaves is cleared after it.
    gc.disable()
    gc.freeze()
    while (html := read_frame(source)) is not None:
        limit_cpu()
        try:
            answer = b"+" + to_pdf(html.decode())
        except Exception as error:  # the report is marked as failed with this text
            answer = b"-" + f"{type(error).__name__}: {error}"[:300].encode()
        write_frame(sink, answer)
        gc.collect()


if __name__ == "__main__":
    limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
