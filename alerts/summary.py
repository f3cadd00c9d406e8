"""Counts verdicts in the shape of the programme's published tables (OSK 表4-21 and 表4-22)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from alerts.direction import LABELS, Direction
from alerts.grading import Function, Notify, Verdict

GRADE_LABELS = {3: "高(★★★)", 2: "中(★★☆)", 1: "低(★☆☆)", 0: "無し"}
FUNCTION_LABELS = {
    Function.AV: "AV(ウイルス対策)",
    Function.IPS: "IPS(不正侵入防止)",
    Function.WG: "WG(Webガード)",
    Function.UF: "UF(URLフィルタ)",
    Function.APG: "APG(アプリガード)",
}
_PUBLISHED = (Function.AV, Function.IPS, Function.WG)
_ROWS = (
    (Direction.INBOUND, Function.IPS),
    (Direction.INBOUND, Function.AV),
    (Direction.OUTBOUND, Function.IPS),
    (Direction.OUTBOUND, Function.AV),
    (Direction.OUTBOUND, Function.WG),
    (Direction.INTERNAL, Function.IPS),
)


@dataclass
class Summary:
    """Add every verdict, then read the tables. A firm is known by the sensor's name (`host`); without one the
    column of firms is empty, as one file usually comes from one box."""

    grades: Counter[tuple[Function, int]] = field(default_factory=Counter)
    ways: Counter[tuple[Direction, Function]] = field(default_factory=Counter)
    firms: defaultdict[tuple[Direction, Function], set[str]] = field(default_factory=lambda: defaultdict(set))
    notified: Counter[Notify] = field(default_factory=Counter)

    def add(self, verdict: Verdict, firm: str | None = None) -> None:
        self.grades[verdict.function, verdict.grade] += 1
        self.ways[verdict.direction, verdict.function] += 1
        self.notified[verdict.notify] += 1
        if firm is not None:
            self.firms[verdict.direction, verdict.function].add(firm)

    @property
    def total(self) -> int:
        return self.grades.total()

    @property
    def mailed(self) -> int:
        """Alerts that are mailed to the firm, at once or in the digest."""
        return self.notified[Notify.DIGEST] + self.notified[Notify.AT_ONCE]

    @property
    def mailed_percent(self) -> float:
        return round(100 * self.mailed / self.total, 1) if self.total else 0.0

    def by_function(self) -> list[dict[str, Any]]:
        """表4-21: one row per function and the total."""
        present = {function for function, _ in self.grades}
        functions = [function for function in FUNCTION_LABELS if function in _PUBLISHED or function in present]
        rows = [self._grade_row(function.value, [function]) for function in functions]
        return [*rows, self._grade_row("total", functions)]

    def _grade_row(self, name: str, functions: list[Function]) -> dict[str, Any]:
        by_grade = {grade: sum(self.grades[function, grade] for function in functions) for grade in GRADE_LABELS}
        return {
            "function": name,
            "count": sum(by_grade.values()),
            "high": by_grade[3],
            "medium": by_grade[2],
            "low": by_grade[1],
            "none": by_grade[0],
        }

    def by_direction(self) -> list[dict[str, Any]]:
        """表4-22: the published rows, then any other that occurred. Firms are not added up: they overlap."""
        others = sorted(cell for cell in self.ways if cell not in _ROWS)
        return [
            {
                "direction": way.value,
                "function": function.value,
                "count": self.ways[way, function],
                "firms": len(self.firms[way, function]) if self.firms else None,
            }
            for way, function in [*_ROWS, *others]
        ]

    def as_dict(self) -> dict[str, Any]:
        """The whole summary, ready for JSON."""
        firms = set().union(*self.firms.values())
        return {
            "by_function": self.by_function(),
            "by_direction": self.by_direction(),
            "total": self.total,
            "notified": self.mailed,
            "notified_percent": self.mailed_percent,
            "at_once": self.notified[Notify.AT_ONCE],
            "digest": self.notified[Notify.DIGEST],
            "firms_hit": len(firms) if firms else None,
        }

    def as_text(self) -> str:
        """Plain Japanese tables for a terminal."""
        lines = ["機能別・重要度別の検知数(表4-21の形)", "機能\t件数\t高(★★★)\t中(★★☆)\t低(★☆☆)\t無し"]
        for row in self.by_function():
            name = "合計" if row["function"] == "total" else FUNCTION_LABELS[Function(row["function"])]
            lines.append("\t".join([name, *(f"{row[key]:,}" for key in ("count", "high", "medium", "low", "none"))]))
        lines += ["", "通信方向別の検知数(表4-22の形)", "検知した通信\t機能\t件数\t社数"]
        for row in self.by_direction():
            firms = "-" if row["firms"] is None else str(row["firms"])
            label = LABELS[Direction(row["direction"])]["ja"]
            lines.append(f"{label}\t{row['function'].upper()}\t{row['count']:,}\t{firms}")
        lines.append(f"合計\t\t{self.total:,}\t―")
        lines += ["", f"メールで知らせる件数: {self.mailed:,} / {self.total:,} ({self.mailed_percent}%)"]
        lines.append(f"うち至急: {self.notified[Notify.AT_ONCE]:,}、まとめ便: {self.notified[Notify.DIGEST]:,}")
        return "\n".join(lines)
