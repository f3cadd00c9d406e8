"""The printing process: reads HTML on standard input, writes PDF on standard output. Started by printing.paper.

Runs as `python -m printing.render`, without Django, database or secrets. Frames both ways (printing.framing);
answers begin with one byte, `+` for a PDF or `-` for an error text. It stays warm between reports (fonts and
imports cost more than a page) and leaves when its input ends.
"""

from __future__ import annotations

import mimetypes
import resource
import sys
from pathlib import Path
from typing import IO, Final

from weasyprint import HTML
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


def to_pdf(html: str) -> bytes:
    """Tagged PDF (PDF/UA-1) of a page; fonts are embedded as subsets."""
    pdf: bytes = HTML(string=without_boxes(html), url_fetcher=OwnFiles(), base_url=OWN).write_pdf(
        pdf_variant="pdf/ua-1"
    )
    return pdf


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
    while (html := read_frame(source)) is not None:
        limit_cpu()
        try:
            answer = b"+" + to_pdf(html.decode())
        except Exception as error:  # the report is marked as failed with this text
            answer = b"-" + f"{type(error).__name__}: {error}"[:300].encode()
        write_frame(sink, answer)


if __name__ == "__main__":
    limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
