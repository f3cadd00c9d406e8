"""What is measured on which machine, as rows of one table. Plain functions on the benches' plain figures."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

MOST_THREAT_US = 5.0
MOST_MONTH_SECONDS = 360
MOST_PRESS_MB = 1000


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is against `baseline`, whose name says with what is compared."""

    name: str
    value: str
    baseline: str
    ratio: str
    goal: str
    reached: bool | None
    limited_by: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def rows(results: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """The table from the figures of the benches by name; a bench that failed says so."""
    table: list[Row] = []
    for name, (title, make) in _SECTIONS.items():
        figures = results.get(name, {})
        if "error" in figures:
            table.append(Row(title, "not measured", "–", "–", "–", False, str(figures["error"])))
        elif figures:
            table.extend(make(figures))
    return table


def _ingest(figures: Mapping[str, Any]) -> list[Row]:
    ratio = figures["ratio"]
    parts: Mapping[str, float] = figures["cpu_us_per_event"]
    total = sum(parts.values())
    shares = sorted(parts.items(), key=lambda part: -part[1])
    shared = ", ".join(f"{name} {spent / total:.0%}" for name, spent in shares)
    return [
        Row(
            "whole path, CPU per event",
            f"{figures['cpu_us_per_event_all']:.0f} µs",
            f"{figures['copy_cpu_us_per_event']:.1f} µs (COPY)",
            f"{ratio:.2f}",
            "0.5 (done 0.35, dream 1.0)",
            ratio >= 0.5,
            shared,
        ),
        Row(
            "whole path, wall",
            f"{figures['wall_events_per_s']:,} events/s",
            f"{figures['posted_events_per_s']:,} events/s (202 only)",
            f"{figures['wall_events_per_s'] / figures['posted_events_per_s']:.2f}",
            "–",
            None,
            "both cores busy, the senders included",
        ),
    ]


def _backlog(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            f"{figures['batches']:,} tiny batches of one box, until all are stored alerts",
            f"{figures['drain_s']:.1f} s ({figures['ms_per_batch']:.2f} ms each)",
            f"{figures['full_batches_drain_s']:.1f} s (the same lines in full batches)",
            f"{figures['ratio']:.1f}",
            "< 60 s",
            figures["drain_s"] < 60,
            f"each is read and noted twice in the inbox; {figures['stored_batches_per_s']:,} a second were taken in",
        )
    ]


def _web_memory(figures: Mapping[str, Any]) -> list[Row]:
    at_once = f"{figures['at_once']} batches at once, most resident memory of a web process"
    return [
        Row(
            f"{at_once}: {name}",
            f"{figures[key]} MB",
            f"{figures['warm_mb']} MB (after small batches)",
            f"{figures[key] / figures['warm_mb']:.2f}",
            "< 300 MB",
            figures[key] < 300,
            "Django; packed bodies are held, lines are counted and let go",
        )
        for name, key in (
            (f"{figures['bomb_lines']:,} two-letter lines each", "after_bombs_mb"),
            ("the largest that are taken", "after_largest_mb"),
        )
    ]


def _fairness(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            f"★★★ mail of a firm while another's {figures['flood_lines']:,} costly lines wait",
            f"{figures['mail_while_flooded_s']:.1f} s",
            f"{figures['mail_alone_s']:.1f} s (nobody else)",
            f"{figures['mail_while_flooded_s'] / figures['mail_alone_s']:.1f}",
            "< 10 s",
            figures["mail_while_flooded_s"] < 10,
            f"cores; batches waiting: {figures['batches_waiting_before']}, then {figures['batches_waiting_after']}",
        )
    ]


def _high_mail(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            f"★★★ from its batch to the mail server, {figures['events_per_s']:,} events/s beside it",
            f"p99 {figures['p99_s']:.1f} s (median {figures['median_s']:.1f}, n={figures['high']})",
            f"{figures['alone_median_s']:.1f} s (nothing else arrives; medians compared)",
            f"{figures['ratio']:.1f}",
            "p99 < 5 s",
            figures["p99_s"] < 5,
            f"both cores, the senders included; all lines stored {figures['stored_after_s']:.1f} s after the last",
        )
    ]


def _digests(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            f"digests of one hour for {figures['firms']:,} firms, until the mail server has {figures['mails']:,} mails",
            f"{figures['handed_s']:.0f} s ({figures['written_s']:.0f} s until all are written)",
            f"{figures['bare_smtp_s']:.0f} s (the same mails over one connection of the standard library)",
            f"{figures['ratio']:.1f}",
            "< 60 s",
            figures["handed_s"] < 60,
            f"{figures['ms_per_mail']:.1f} ms a mail: templates, then PostgreSQL, on two cores",
        )
    ]


def _grading(figures: Mapping[str, Any]) -> list[Row]:
    ours = figures["grade_us"]
    return [
        Row(
            "grading, per alert",
            f"{ours:.1f} µs",
            f"{figures['json_loads_us']:.1f} µs (json.loads)",
            f"{ours / figures['json_loads_us']:.2f}",
            "–",
            None,
            f"rules and their facts, pure Python; reading the line takes {figures['decode_us']:.1f} µs before it",
        )
    ]


def _threats(figures: Mapping[str, Any]) -> list[Row]:
    ours, plain = figures["threat_us"], figures["json_loads_us"]
    return [
        Row(
            "threat family, per new signature",
            f"{ours:.1f} µs",
            f"{plain:.1f} µs (json.loads)",
            f"{ours / plain:.2f}",
            "≤ 5 µs",
            ours <= MOST_THREAT_US,
            f"{figures['signatures']:,} signatures; 300 letters {figures['longest_us']:.0f} µs; then remembered",
        )
    ]


def _pdf(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            "monthly PDF, per report",
            f"{figures['ours_seconds']:.2f} s",
            f"{figures['bare_seconds']:.2f} s (bare WeasyPrint on the page of {figures['baseline']})",
            f"{figures['ratio']:.2f}",
            f"≤ {figures['goal']}",
            figures["ratio"] <= figures["goal"],
            figures["limit"],
        ),
        Row(
            f"{figures['month_reports']:,} monthly PDFs, {figures['month_presses']} presses side by side",
            f"{figures['month_seconds']:.0f} s, {figures['month_most_rss_mb']} MB each at most",
            "–",
            "–",
            "< 360 s for 1,000, < 1,000 MB each",
            figures["month_seconds"] * 1000 / figures["month_reports"] < MOST_MONTH_SECONDS
            and figures["month_most_rss_mb"] < MOST_PRESS_MB,
            "both cores, one for each press",
        ),
    ]


def _agent(figures: Mapping[str, Any]) -> list[Row]:
    busy = figures["cpu_share"]
    limit = (
        "one core: JSON, cutting lines, stripping"
        if busy > 0.8
        else f"the disk (fsync per batch): core {busy:.0%} busy"
    )
    return [
        Row(
            "agent, alerts to the spool",
            f"{figures['events_per_s']:,} events/s",
            f"{figures['json_loads_per_s']:,} lines/s (json.loads)",
            f"{figures['lines_per_s'] / figures['json_loads_per_s']:.2f}",
            "–",
            None,
            limit,
        ),
        Row(
            "agent, CPU per line",
            f"{figures['cpu_us_per_line']:.0f} µs",
            f"{1e6 / figures['json_loads_per_s']:.0f} µs (json.loads)",
            f"{figures['cpu_us_per_line'] * figures['json_loads_per_s'] / 1e6:.2f}",
            "–",
            None,
            "the same",
        ),
        Row(
            "agent, most resident memory",
            f"{figures['most_rss_mb']:.0f} MB",
            "–",
            "–",
            "< 60 MB",
            figures["most_rss_mb"] < 60,
            "Python with its TLS and signing libraries; one batch of lines",
        ),
    ]


def _steady(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            f"agent at {figures['events_per_s']:,} events/s",
            f"{figures['cpu_pct_of_a_core']:.0f} % of a core, {figures['most_rss_mb']:.0f} MB",
            "–",
            "–",
            "< 60 MB",
            figures["most_rss_mb"] < 60,
            f"all at the platform {figures['behind_s']:.1f} s after the last line",
        )
    ]


def _bridge(figures: Mapping[str, Any]) -> list[Row]:
    ways = figures["ways"]
    box, table = ways["box"], []
    for name, against in (("suricata", "bare Suricata inline"), ("bridge", "kernel bridge")):
        other = ways[name]
        table.append(
            Row(
                f"line through the box, against {against}",
                f"{box['mbit_s']:,} Mbit/s",
                f"{other['mbit_s']:,} Mbit/s",
                f"{box['mbit_s'] / other['mbit_s']:.2f}",
                "–",
                None,
                "the engine's threads; both ends share the cores",
            )
        )
        table.append(
            Row(
                f"round trip through the box, against {against}",
                f"{box['rtt_ms']:.2f} ms",
                f"{other['rtt_ms']:.2f} ms",
                f"{box['rtt_ms'] / other['rtt_ms']:.2f}",
                "–",
                None,
                f"{box['rtt_ms'] - other['rtt_ms']:+.2f} ms added",
            )
        )
    return table


def _pages(figures: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            f"page: {name}",
            f"{page['median_ms']:.0f} ms (p95 {page['p95_ms']:.0f})",
            f"{page['no_wall_median_ms']:.0f} ms (no row-level security)",
            f"{page['ratio']:.2f}",
            "≤ 1.3, p95 < 150 ms" if name.startswith(_MEASURED_PAGES) else "–",
            page["ratio"] <= 1.3 and page["p95_ms"] < 150 if name.startswith(_MEASURED_PAGES) else None,
            f"PostgreSQL {page['database_ms'] / page['cpu_ms']:.0%} of the processor time, the rest is Django",
        )
        for name, page in figures["pages"].items()
    ]


def _desk(figures: Mapping[str, Any]) -> list[Row]:
    size = f"{figures['firms']:,} firms, {figures['cases']:,} cases"
    return [
        Row(
            f"desk: {name}, {size}",
            f"{page['median_ms']:.0f} ms (p95 {page['p95_ms']:.0f}; {page['cpu_ms']:.0f} ms of processor)",
            f"{figures['flooded'][name]['median_ms']:.0f} ms (20,000 cases open at once)",
            f"{page['median_ms'] / figures['flooded'][name]['median_ms']:.2f}",
            "< 200 ms" if name == "queue" else "–",
            page["p95_ms"] < 200 if name == "queue" else None,
            "Django: 50 lines are written out; PostgreSQL reads them in the order of an index",
        )
        for name, page in figures["pages"].items()
    ]


def _replay(figures: Mapping[str, Any]) -> list[Row]:
    size = f"{figures['groups']:,} notices, {figures['detections']:,} detections, {figures['firms']:,} firms"
    return [
        Row(
            f"a change of grading tried on 90 days of one signature: {size}",
            f"{figures['replay_s']:.1f} s",
            f"{figures['count_s']:.1f} s (counted without a wall)",
            f"{figures['replay_s'] / figures['count_s']:.1f}",
            "< 10 s",
            figures["replay_s"] < 10,
            "a look at who may see it for each row; notices are read 500 at a time",
        )
    ]


_MEASURED_PAGES = ("portal home", "alert list")
_SECTIONS: dict[str, tuple[str, Callable[[Mapping[str, Any]], list[Row]]]] = {
    "ingest": ("whole path", _ingest),
    "backlog": ("tiny batches that wait", _backlog),
    "fairness": ("fairness between firms", _fairness),
    "high_mail": ("★★★ mails under load", _high_mail),
    "digests": ("hourly digests", _digests),
    "web_memory": ("memory of a web process", _web_memory),
    "grading": ("grading", _grading),
    "threats": ("threat families", _threats),
    "pdf": ("monthly PDF", _pdf),
    "agent": ("agent", _agent),
    "steady": ("agent at 1,000 events/s", _steady),
    "bridge": ("line through the box", _bridge),
    "pages": ("pages", _pages),
    "desk": ("desk", _desk),
    "replay": ("trial of a change of grading", _replay),
}
BENCHES = tuple(_SECTIONS)


def table_text(table: list[Row]) -> str:
    """A Markdown table that also reads well in a terminal."""
    head = ("what", "value", "baseline", "ratio", "goal", "reached", "limited by")
    marks = {True: "yes", False: "no", None: "–"}
    cells = [
        (row.name, row.value, row.baseline, row.ratio, row.goal, marks[row.reached], row.limited_by) for row in table
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = [head, tuple("-" * width for width in widths), *cells]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def machine_facts() -> dict[str, Any]:
    """What the figures depend on."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": model[1] if model else platform.machine(),
        "memory_mb": int(memory[1]) // 1024 if memory else None,
        "kernel": platform.release(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": _version("psql", "--version"),
        "redis": _version("redis-server", "--version"),
        "django": version("django"),
        "celery": version("celery"),
        "weasyprint": version("weasyprint"),
        "commit": _version("git", "rev-parse", "--short", "HEAD"),
    }


def _version(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    version = re.search(r"v=(\S+)|(\d+\.\d+)", done.stdout)
    return (version[1] or version[2]) if version else done.stdout.strip()
