"""Seconds per monthly report, ours against WeasyPrint alone, in the same run; and a month of a thousand on two cores.

Ours: template, printing process with limits, tagged PDF/UA. Bare: `HTML(string=…).write_pdf()` in this process on the
report as commit 105dc85 made it from the same month (`pdf_baseline.html`), which does not change: what is compared is
today's report with yesterday's page. Both are measured warm and by turns; the first report of a fresh printing process
is given apart.
"""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 7
BASELINE = Path(__file__).with_name("pdf_baseline.html")
BASELINE_COMMIT = "105dc85"
GOAL = 0.8
MONTH = int(os.environ.get("BENCH_REPORTS", "1000"))
PRESSES = 2


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Medians in seconds, the ratio (goal ≤ 0.8), and what limits it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
    os.environ.setdefault("SECRET_KEY", "bench")
    import django

    django.setup()
    # Ours prints in a process that writes no progress lines: the peer must not pay for them either.
    for name in ("weasyprint", "weasyprint.progress"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from weasyprint import HTML

    from printing.paper import Press
    from reports.pages import report_html

    figures = sample_figures()
    html = report_html(figures)
    baseline = BASELINE.read_text(encoding="utf-8")
    press = Press()
    first, pdf = _timed(lambda: press.print(html))
    _timed(lambda: HTML(string=baseline).write_pdf())
    ours, bare, same, words = [], [], [], []
    for _ in range(rounds):
        ours.append(_timed(lambda: press.print(report_html(figures)))[0])
        bare.append(_timed(lambda: HTML(string=baseline).write_pdf())[0])
        same.append(_timed(lambda: HTML(string=html).write_pdf())[0])
        words.append(_timed(lambda: report_html(figures))[0])
    press.close()
    return {
        "rounds": rounds,
        "ours_seconds": round(median(ours), 3),
        "bare_seconds": round(median(bare), 3),
        "bare_same_seconds": round(median(same), 3),
        "baseline": BASELINE_COMMIT,
        "template_seconds": round(median(words), 3),
        "first_seconds": round(first, 3),
        "ratio": round(median(ours) / median(bare), 3),
        "ratio_to_same": round(median(ours) / median(same), 3),
        "goal": GOAL,
        "bytes": len(pdf),
        "limit": "WeasyPrint's layout; beyond it the PDF/UA tags and the template",
        **month(figures),
    }


def month(figures: dict[str, Any], reports: int = MONTH) -> dict[str, Any]:
    """A month's reports through two presses side by side, as two sweeps at once print them."""
    from printing.paper import Press
    from reports.pages import report_html

    presses = [Press() for _ in range(PRESSES)]

    def printed(press: Press) -> None:
        for _ in range(reports // PRESSES):
            press.print(report_html(figures))

    began = perf_counter()
    with ThreadPoolExecutor(PRESSES) as pool:
        list(pool.map(printed, presses))
    seconds = perf_counter() - began
    for press in presses:
        press.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest process that ended, in KiB
    return {
        "month_reports": reports,
        "month_seconds": round(seconds, 1),
        "month_presses": PRESSES,
        "month_most_rss_mb": round(children / 1024),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def sample_figures() -> dict[str, Any]:
    """A busy month of a middling firm, in the shape reports.measures gives."""
    start = datetime(2026, 10, 31, 15, tzinfo=UTC)
    days = [(date(2026, 11, 1) + timedelta(days=at)).isoformat() for at in range(30)]
    names = ("attacks", "callbacks", "viruses", "sites", "weaknesses")
    row = {"count": 120, "blocked": 118, "devices": 3}
    about = {"at": start.isoformat(), "threat": "scan", "device": "経理のパソコン", "ip": "192.168.1.3"}
    return {
        "version": 3,
        "firm": "もえぎどんぐり製作所",
        "language": "ja",
        "programme": "三県みほんお助け隊",
        "desk": {"name": "相談窓口", "phone": "0120-000-900", "hours": "月-金 9:00-18:00", "email": "desk@example.com"},
        "period": {"first": "2026-11-01", "last": "2026-11-30", "until": None},
        "watch": {
            "boxes": 1,
            "since": None,
            "days": 30,
            "watched_days": 28,
            "minutes": 43_200,
            "watched_minutes": 41_580,
            "gaps": [
                {
                    "start": (start + timedelta(days=4)).isoformat(),
                    "end": (start + timedelta(days=5, hours=3)).isoformat(),
                    "seconds": 97_200,
                    "cause": "silent",
                    "exact": True,
                }
            ],
            "nothing_seen": False,
            "functions": {"ips": 1620, "av": 1620, "wg": 1620},
            "unused": [],
            "last_seen_at": (start + timedelta(days=30)).isoformat(),
        },
        "totals": {
            "alerts": 1800,
            "blocked": 1770,
            "inbound": 1700,
            "outbound": 80,
            "internal": 20,
            "external": 0,
            "unknown": 0,
            "inbound_blocked": 1700,
            "outbound_blocked": 70,
            "internal_blocked": 0,
            "grades": [1760, 25, 14, 1],
        },
        "notices": {"told": 40, "grades": [300, 25, 14, 1]},
        "matrix": [
            {
                "function": function,
                "direction": direction,
                "count": 360,
                "grades": [340, 15, 5, 0],
                "blocked": 350,
                "notices": 8,
            }
            for function, direction in (
                ("ips", "inbound"),
                ("ips", "outbound"),
                ("ips", "internal"),
                ("av", "inbound"),
                ("wg", "outbound"),
            )
        ],
        "daily": [
            {
                "day": day,
                "inbound": 40 + at * 7 % 31,
                "outbound": at % 5,
                "internal": at % 2,
                "external": 0,
                "unknown": 0,
                "blocked": 40,
            }
            for at, day in enumerate(days)
        ],
        "top": {
            name: {"of": 900, "rows": [{**row, "name": f"ET EXAMPLE {name} number {at}"} for at in range(5)]}
            for name in names
        },
        "addresses": {
            "of": 1780,
            "rows": [
                {"address": f"203.0.113.{at}", "direction": "inbound", "count": 90, "blocked": 88, "devices": 3}
                for at in range(10)
            ],
        },
        "answers": {
            "notices": 24,
            "given": 6,
            "rows": [{**about, "answer": "removed", "notices": 4} for _ in range(6)],
            "open": 2,
            "open_rows": [{**about, "grade": 2} for _ in range(2)],
            "unsupported": [],
        },
        "damage": {
            "computers": 12,
            "sales": None,
            "days": 14,
            "parts": {
                "first_response": 150_000,
                "forensics": 12_000_000,
                "on_site": 1_000_000,
                "travel": 100_000,
                "recovery": 2_400_000,
                "handling": 2_000_000,
                "publicity": 2_000_000,
                "sales": 14_000_000,
            },
            "total": 33_650_000,
        },
        "old_software": ["windows-7"],
        "peers": {"level": 2, "least_firms": 10, "medians": {"seen": 900, "blocked": 800, "mailed": 20, "look": 5}},
        "trend": [
            {"month": f"{year}-{number:02}-01", "alerts": 1500 + at * 30, "blocked": 1480, "mailed": 30, "look": 9}
            for at, (year, number) in enumerate([(2025, 12), *((2026, number) for number in range(1, 12))])
        ],
        "devices": [
            {
                "ip": f"192.168.1.{at}",
                "other_ips": [],
                "name": "",
                "mac": f"00:00:5e:00:53:{at:02x}",
                "count": 100,
                "blocked": 90,
                "grade": at % 4,
                "inbound": 80,
                "outbound": 15,
                "internal": 5,
                "last_at": start.isoformat(),
            }
            for at in range(10)
        ],
        "device_count": 14,
        "incidents": [
            {
                "number": 1,
                "kind": "malware_suspected",
                "grade": 3,
                "state": "closed",
                "device": "192.168.1.3",
                "opened_at": start.isoformat(),
                "closed_at": (start + timedelta(days=2)).isoformat(),
                "events": [{"at": start.isoformat(), "code": "opened", "data": {"count": 6}}],
            }
        ],
        "traffic": {
            "bytes_in": 90_000_000_000,
            "bytes_out": 9_000_000_000,
            "told": True,
            "devices": 12,
            "hosts": [{"name": f"www{at}.example.com", "bytes": 10_000_000_000 - at} for at in range(5)],
        },
        "verdict": {"level": "attention", "todo": "scan_device"},
    }
