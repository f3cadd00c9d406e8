"""What stands where on a printed PDF."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

RIGHT_EDGE = (210 - 15) / 25.4 * 72  # points from the left; the margin of templates/pdf/base.css


def right_edges(pdf: bytes, directory: Path) -> list[float]:
    """Where each printed word ends, in points from the left edge of the paper."""
    (directory / "paper.pdf").write_bytes(pdf)
    command = ["pdftotext", "-bbox", str(directory / "paper.pdf"), "-"]
    boxes = subprocess.run(command, capture_output=True, text=True, check=True, errors="replace").stdout
    return [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)]


def words(pdf: bytes) -> str:
    """All that is written."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
