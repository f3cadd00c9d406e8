"""The tables of what was detected, as the pilots' reports print them, from counts. Plain data, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from alerts.models.alert import Direction, Function, Grade
from base.identity import PREFECTURES
from base.industries import INDUSTRIES
from reports.office_tables import Built, Cell, Row, month_label, percent
from reports.published.counts import OTHERS, DetectionCounts

# In the order in which the reports print them; the other functions have a line when there is something to say.
PRINTED = (Function.AV, Function.IPS, Function.WG)
DIRECTIONS = (Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL, Direction.EXTERNAL, Direction.UNKNOWN)
TOP = 10

Build = Callable[[DetectionCounts], Built]


def _function(code: str) -> str:
    return str(dict(Function.choices).get(code, code))


def _functions(present: set[str]) -> list[str]:
    """The three that reports print, and of the others those that occur."""
    known = [code for code in (*PRINTED, Function.UF, Function.APG) if code in PRINTED or code in present]
    return [*(str(code) for code in known), *sorted(present - set(known))]


def _rate(part: int, whole: int, digits: int = 0) -> Cell:
    return Cell(percent(part, whole, digits), unit="%")


# --- 表4-21, 表4-22 ------------------------------------------------------------------------------------------------

_GRADES = (Grade.HIGH, Grade.MEDIUM, Grade.LOW, Grade.NONE)


def by_grade(counts: DetectionCounts) -> Built:
    """Functions × importance."""
    cells: Counter[tuple[str, int]] = Counter()
    for row in counts.grades:
        cells[row.function, row.grade] += row.alerts
    functions = _functions({row.function for row in counts.grades})
    rows = [
        Row(
            _function(code),
            [Cell(counts.alerts_of(code)), *(Cell(cells[code, grade]) for grade in _GRADES)],
        )
        for code in functions
    ]
    sums = [sum(cells[code, grade] for code in functions) for grade in _GRADES]
    rows.append(Row(_("合計"), [Cell(sum(sums)), *(Cell(number) for number in sums)], total=True))
    words = [_("重要度 高(★★★)"), _("重要度 中(★★☆)"), _("重要度 低(★☆☆)"), _("記録のみ")]
    return [_("機能"), _("件数"), *words], rows, []


def by_direction(counts: DetectionCounts) -> Built:
    """Directions × functions, with the firms of each; below, the firms without counting one twice."""
    alerts: Counter[tuple[str, str]] = Counter()
    for row in counts.grades:
        alerts[row.direction, row.function] += row.alerts
    printed = {
        (Direction.INBOUND, Function.IPS),
        (Direction.INBOUND, Function.AV),
        (Direction.OUTBOUND, Function.IPS),
        (Direction.OUTBOUND, Function.AV),
        (Direction.OUTBOUND, Function.WG),
        (Direction.INTERNAL, Function.IPS),
    }
    functions = _functions({row.function for row in counts.grades})
    order = [Function.IPS, Function.AV, *(code for code in functions if code not in (Function.IPS, Function.AV))]
    rows = [
        Row(
            _("%(direction)s・%(function)s") % {"direction": direction.label, "function": _function(code)},
            [Cell(alerts[direction, code]), Cell(counts.firms_of(f"{code}:{direction}"))],
        )
        for direction in DIRECTIONS
        for code in order
        if alerts[direction, code] or (direction, code) in printed
    ]
    rows += [
        Row(_("合計"), [Cell(sum(alerts.values())), Cell(None)], total=True),
        Row(_("外部からの攻撃があった会社(重複なし)"), [Cell(None), Cell(counts.firms_of("inbound"))]),
        Row(_("外部への不正通信か内部の弱点があった会社(重複なし)"), [Cell(None), Cell(counts.firms_of("inside"))]),
        Row(_("検知のあった会社(重複なし)"), [Cell(None), Cell(counts.firms_of("any"))], total=True),
    ]
    return [_("検知した通信"), _("件数"), _("会社数")], rows, []


def firms_hit(counts: DetectionCounts) -> Built:
    """How many of the firms had a detection at all."""
    whole = counts.firms_of("online")
    lines = [
        (_("検知のあった会社"), "any"),
        (_("うち、外部からの攻撃"), "inbound"),
        (_("うち、外部への不正通信か内部の弱点"), "inside"),
        *((_("うち、%(what)s") % {"what": _function(code)}, str(code)) for code in PRINTED),
    ]
    rows = [Row(label, [Cell(counts.firms_of(what)), _rate(counts.firms_of(what), whole)]) for label, what in lines]
    rows.append(Row(_("参加企業(n)"), [Cell(whole), Cell(None)], total=True))
    return [_("会社"), _("会社数"), _("割合")], rows, []


# --- 表4-23 to 4-25 ------------------------------------------------------------------------------------------------


def top_of(function: Function) -> Build:
    """The ten most frequent names of a function; shares are of all its detections, not of the ten."""

    def build(counts: DetectionCounts) -> Built:
        named = sorted(
            (row for row in counts.names if row.function == function), key=lambda row: (-row.alerts, row.name)
        )
        whole = counts.alerts_of(function)
        rows = [Row(row.name, [Cell(row.alerts), _rate(row.alerts, whole, 1)]) for row in named[:TOP]]
        rows.append(Row(_("この機能の検知すべて"), [Cell(whole), Cell(None)], total=True))
        notes = []
        if left_out := counts.left_out.get(function, 0):
            notes.append(
                _("名前が多い月は、多い順に200だけを残しています。どの名前も、多くて%(left_out)s件、少なく出ています。")
                % {"left_out": left_out}
            )
        return [_("名前"), _("件数"), _("割合")], rows, notes

    return build


# --- 表5-2 to 5-17 -------------------------------------------------------------------------------------------------


def _sizes() -> dict[str, str]:
    bands = ("1~5", "6~10", "11~20", "21~50", "51~100", "101~200", "201~300")
    named = {str(at): _("%(staff)s人") % {"staff": band} for at, band in enumerate(bands, 1)}
    return named | {"8": _("301人以上")}


def cut_labels(cut: str) -> dict[str, str]:
    """Value → its words, in the order of the lines."""
    industries = {code: f"{code} {name}" for code, name in INDUSTRIES}
    named = {"size": _sizes(), "industry": industries, "prefecture": {name: name for name in PREFECTURES}}[cut]
    return named | {"": _("登録がない"), OTHERS: _("5社に満たない区分の合計")}


def firms_by(cut: str, what: str) -> Build:
    """Firms of each line and those with detections: as a share of all that had some, and of the line's own firms."""

    def build(counts: DetectionCounts) -> Built:
        labels = cut_labels(cut)
        firms = {row.value: row.firms for row in counts.firms if (row.cut, row.what) == (cut, "online")}
        hit = {row.value: row.firms for row in counts.firms if (row.cut, row.what) == (cut, what)}
        whole, all_hit = sum(firms.values()), sum(hit.values())
        lines = [*(value for value in labels if value in firms), *sorted(set(firms) - set(labels))]
        rows = [
            Row(
                labels.get(value, value),
                [
                    Cell(firms[value]),
                    _rate(firms[value], whole),
                    Cell(hit.get(value, 0)),
                    _rate(hit.get(value, 0), all_hit),
                    _rate(hit.get(value, 0), firms[value]),
                ],
            )
            for value in lines
        ]
        rows.append(
            Row(
                _("合計"),
                [Cell(whole), Cell(None), Cell(all_hit), Cell(None), _rate(all_hit, whole)],
                total=True,
            )
        )
        header = [_("区分"), _("参加企業"), _("参加比率"), _("検知のあった会社"), _("検知比率"), _("区分の中の割合")]
        return header, rows, []

    return build


# --- 図4-21 to 4-33: weeks ------------------------------------------------------------------------------------------


def week_label(month: date, week: int) -> str:
    """`2020/10 第5週`."""
    return _("%(month)s 第%(week)s週") % {"month": month_label(month), "week": week}


def _weeks(months: Sequence[date]) -> list[tuple[date, int]]:
    return [(month, week) for month in months for week in range(1, 6) if week < 5 or _has_29th(month)]


def _has_29th(month: date) -> bool:
    try:
        month.replace(day=29)
    except ValueError:
        return False
    return True


def by_week(cut: str) -> Build:
    """Weeks × functions, or × prefectures, sizes or industries."""

    def build(counts: DetectionCounts) -> Built:
        cells: Counter[tuple[date, int, str]] = Counter()
        for row in counts.weeks:
            if row.cut == cut:
                cells[row.month, row.week, row.function if cut == "all" else row.value] += row.alerts
        present = {key[2] for key in cells}
        labels = {code: _function(code) for code in _functions(present)} if cut == "all" else cut_labels(cut)
        columns = [value for value in labels if cut == "all" or value in present]
        rows = []
        for month, week in _weeks(sorted(counts.participants)):
            numbers = [cells[month, week, value] for value in columns]
            rows.append(Row(week_label(month, week), [*(Cell(number) for number in numbers), Cell(sum(numbers))]))
        sums = [sum(cells[month, week, value] for month, week, named in cells if named == value) for value in columns]
        rows.append(Row(_("合計"), [*(Cell(number) for number in sums), Cell(sum(sums))], total=True))
        return [_("週"), *(labels[value] for value in columns), _("合計")], rows, []

    return build


# --- 図79 ------------------------------------------------------------------------------------------------------------


def by_month(counts: DetectionCounts) -> Built:
    """For each function and month: alerts, devices, firms and their share of the month's firms."""
    months = sorted(counts.participants)
    known = {(row.function, row.month): row for row in counts.months}
    rows = [Row(_("参加企業"), [Cell(counts.participants[month]) for month in months], total=True)]
    for code in _functions({row.function for row in counts.months}):
        of_month = [known.get((code, month)) for month in months]
        firms = [
            Cell(row.firms if row else 0, _whole_percent(row.firms if row else 0, counts.participants[month]))
            for row, month in zip(of_month, months, strict=True)
        ]
        named = {"function": _function(code)}
        rows += [
            Row(_("%(function)s・件数") % named, [Cell(row.alerts if row else 0) for row in of_month]),
            Row(_("%(function)s・台数") % named, [Cell(row.devices if row else 0) for row in of_month]),
            Row(_("%(function)s・会社数") % named, firms),
        ]
    return [_("項目"), *(month_label(month) for month in months)], rows, []


def _whole_percent(part: int, whole: int) -> int | None:
    share = percent(part, whole)
    return None if share is None else int(share)


def number_of(cell: Cell) -> float | None:
    """A cell's number for a chart."""
    return float(cell.value) if isinstance(cell.value, int | Decimal) else None
