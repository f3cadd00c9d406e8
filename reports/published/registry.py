"""Every published table of detections as a measure: what it counts, by which rule, from what, printed where.

`version` rises whenever the same counts would give other numbers. Rounding is the same everywhere: halves go up (D7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.models.alert import Function
from reports.office_tables import PILOTS, Table
from reports.published import detections
from reports.published.counts import DetectionCounts
from reports.published.detections import Build, number_of
from web.chart_data import MAX_SERIES, ChartData, Series

Words = str | Promise


@dataclass(frozen=True)
class Drawing:
    """How a table is drawn: its lines without totals along the axis, these columns as series (none: all but the last).

    `upright`: its columns are the axis, and every third line from the second on is a series.
    """

    kind: str
    columns: Sequence[int] = ()
    unit: Words = ""
    upright: bool = False


@dataclass(frozen=True)
class Measure:
    """A registered table. `source`: printed tables it is counted like. `reads`: what it needs of the kept months."""

    key: str
    version: int
    title: Words
    source: Sequence[str]
    definition: Words
    denominator: Words
    reads: Sequence[str]
    build: Build
    drawing: Drawing
    printed_otherwise: Words = ""

    def table(self, counts: DetectionCounts) -> Table:
        """The table of these counts."""
        header, rows, notes = self.build(counts)
        return Table(self.key, str(self.title), self.source[0], header, rows, notes)

    @property
    def sources(self) -> str:
        """Document and numbers: `大阪の実証事業(2020年度) 表4-21`."""
        place = self.source[0].partition(" ")[0]
        return f"{PILOTS[place]} {', '.join(each.partition(' ')[2] for each in self.source)}"

    def chart(self, table: Table, period: str, firms: int) -> ChartData | None:
        """The table as a chart; None when there is nothing to draw."""
        lines = [row for row in table.rows if not row.total]
        if not lines:
            return None
        if self.drawing.upright:
            series = [Series(row.label, tuple(map(number_of, row.cells))) for row in lines[::3]]
            categories = tuple(table.header[1:])
        else:
            wide = range(1, len(table.header) - 1)
            columns = list(self.drawing.columns) or sorted(wide, key=lambda at: -_sum_of(table, at))[:MAX_SERIES]
            series = [
                Series(str(table.header[at]), tuple(number_of(row.cells[at - 1]) for row in lines))
                for at in sorted(columns)
            ]
            categories = tuple(row.label for row in lines)
        return ChartData(
            title=table.title,
            categories=categories,
            series=tuple(series[:MAX_SERIES]),
            unit=str(self.drawing.unit),
            period=period,
            n=firms,
            corner=str(table.header[0]),
        )


def _sum_of(table: Table, column: int) -> float:
    return sum(number_of(row.cells[column - 1]) or 0 for row in table.rows if not row.total)


ROUNDING = _("割合は四捨五入します。名前の順位の表だけは小数第1位まで、ほかは整数です。合計は、足して出します。")
COHORT = _(
    "各月の参加企業。その月に契約があり、月末までにセンサーが動き始めた会社です。"
    "いくつもの月を合わせるとき、同じ会社は1社と数えます。"
)
SMALL_CELLS = _(
    "参加企業が5社に満たない月は出しません。都道府県・規模・業種で5社に満たない区分は、"
    "合わせて5社以上になるまで1行にまとめます。"
)
_OF_ALL_FIRMS = _("参加企業(n)。")
_NO_SHARE = _("割合は出しません。")
_ALERTS = _("件")

_BY_HIT = _(
    "参加比率 = 区分の参加企業 ÷ すべての参加企業。検知比率 = 区分の検知のあった会社 ÷ 検知のあったすべての会社。"
    "検知比率は内訳で、検知のあった割合ではありません。区分の中の割合 = 区分の検知のあった会社 ÷ 区分の参加企業。"
)
_BANDS_IN_PRINT = _(
    "大阪の報告書の表5-3・5-11と表3-2では、区分の会社数が違います(11~20人は10社と11社)。"
    "また、35社/112社を30%(四捨五入では31%)と印刷しています。同じ報告書は検知のあった会社を74社/110社とも"
    "88社/112社とも書いています。大阪の報告書は、参加が3社以下の区分を対象外(*1)としています。"
)

_INDUSTRIES_IN_PRINT = _(
    "大阪の報告書の業種の表には、四捨五入より1小さい割合があります(4社/53社を7%、9社/38社を23%)。"
    "30社のうち3社を11%とも印刷しています(10%)。業種の会社数は、表3-2と違います。"
)


def _firms_by(
    cut: str, named: Words, what: str, whose: Words, printed: Sequence[str], otherwise: Words = ""
) -> Measure:
    return Measure(
        f"{cut}_{what}",
        1,
        named,
        printed,
        whose,
        _BY_HIT,
        (f"firms_{cut}",),
        detections.firms_by(cut, what),
        Drawing("bar", (2, 4), "%"),
        otherwise or (_INDUSTRIES_IN_PRINT if cut == "industry" else _BANDS_IN_PRINT),
    )


_ANY = _("検知が1件でもあった会社を、会社の区分ごとに数えます。記録だけの検知も含みます。")
_WITH = _("この機能の検知が1件でもあった会社を、会社の区分ごとに数えます。記録だけの検知も含みます。")
_TOP = _(
    "検知した名前(シグネチャ)ごとに、検知の件数の多い順に10。同じ件数は名前の順です。名前をまとめることはしません。"
)
_TOP_OF = _("この機能のすべての検知(10の合計ではありません)。")
_WEEK = _("検知の件数を、月の1~7日、8~14日、15~21日、22~28日、29日から、の週ごとに数えます。日付は日本のものです。")
_WEEKS_IN_PRINT = _(
    "大阪の報告書は線の図だけで、件数も週の決め方も書いていません。1社か2社の検知が、山のほとんどを作っています。"
)

MEASURES = (
    Measure(
        "grades",
        1,
        _("機能と重要度ごとの検知"),
        ("OSK 表4-21",),
        _("センサーの検知を1件ずつ、機能と重要度で数えます。お知らせ(1時間ごとのまとめ)の数ではありません。"),
        _NO_SHARE,
        ("grades",),
        detections.by_grade,
        Drawing("bar", (2, 3, 4, 5), _ALERTS),
        _(
            "大阪の報告書の表4-21は★の向きが表3-7と逆です。また、表3-7でメールしないとした"
            "外部からのウイルス524件を、メールする列に入れています。ここでは、重要度とメールを別に持ちます。"
        ),
    ),
    Measure(
        "directions",
        1,
        _("通信の方向ごとの検知"),
        ("OSK 表4-22",),
        _("センサーの検知を1件ずつ、通信の方向と機能で数え、それぞれ1件でもあった会社を数えます。"),
        _NO_SHARE,
        ("grades", "firms_all"),
        detections.by_direction,
        Drawing("top", (1,), _ALERTS),
        _(
            "会社はいくつもの行に入るので、会社数は足せません。大阪の報告書は合計を「―」とし、重複のない数を文で書いています。"
        ),
    ),
    Measure(
        "firms",
        1,
        _("検知のあった会社"),
        ("OSK 表4-22",),
        _("期間の中で検知が1件でもあった会社。期間の中では、同じ会社を1社と数えます。"),
        _OF_ALL_FIRMS,
        ("firms_all",),
        detections.firms_hit,
        Drawing("bar", (1,), _("社")),
        _("大阪の報告書は、53社のうち38社を71%と印刷しています(四捨五入では72%)。"),
    ),
    Measure(
        "viruses",
        1,
        _("多く検知したウイルス"),
        ("OSK 表4-23",),
        _TOP,
        _TOP_OF,
        ("grades", "names"),
        detections.top_of(Function.AV),
        Drawing("top", (1,), _ALERTS),
    ),
    Measure(
        "attacks",
        1,
        _("多く検知した不正侵入"),
        ("OSK 表4-24",),
        _TOP,
        _TOP_OF,
        ("grades", "names"),
        detections.top_of(Function.IPS),
        Drawing("top", (1,), _ALERTS),
    ),
    Measure(
        "sites",
        1,
        _("多く検知した危険サイト"),
        ("OSK 表4-25",),
        _TOP,
        _TOP_OF,
        ("grades", "names"),
        detections.top_of(Function.WG),
        Drawing("top", (1,), _ALERTS),
        _("大阪の報告書はサイトとその中の場所で数えています。ここでは、サイトの名前だけを残します。"),
    ),
    Measure(
        "months",
        1,
        _("月ごとの検知と会社"),
        ("KMM 図79",),
        _(
            "機能と月ごとに、検知の件数、検知のあった機器の台数、検知のあった会社の数。月をまたいで足すことはできません。"
        ),
        _("その月の参加企業。"),
        ("months",),
        detections.by_month,
        Drawing("bar", unit=_ALERTS, upright=True),
        _(
            "熊本の報告書は、パソコンに入れたソフトのスパイウェアも別に数えています。ここでは、センサーの機能ごとに数えます。"
            "利用社数のない9月の割合を0%と印刷していますが、ここでは分母がない割合は出しません。"
        ),
    ),
    _firms_by("size", _("規模ごとの検知のあった会社"), "any", _ANY, ("OSK 表5-2", "OSK 表5-3")),
    _firms_by(
        "size",
        _("規模ごとのウイルス検知のあった会社"),
        "av",
        _WITH,
        ("OSK 表5-4", "OSK 表5-5"),
        _("大阪の報告書は、12社のうち3社を26%と印刷しています(25%)。"),
    ),
    _firms_by("size", _("規模ごとの不正侵入検知のあった会社"), "ips", _WITH, ("OSK 表5-6", "OSK 表5-7")),
    _firms_by("size", _("規模ごとの危険サイト検知のあった会社"), "wg", _WITH, ("OSK 表5-8", "OSK 表5-9")),
    _firms_by("industry", _("業種ごとの検知のあった会社"), "any", _ANY, ("OSK 表5-10", "OSK 表5-11")),
    _firms_by("industry", _("業種ごとのウイルス検知のあった会社"), "av", _WITH, ("OSK 表5-12", "OSK 表5-13")),
    _firms_by("industry", _("業種ごとの不正侵入検知のあった会社"), "ips", _WITH, ("OSK 表5-14", "OSK 表5-15")),
    _firms_by("industry", _("業種ごとの危険サイト検知のあった会社"), "wg", _WITH, ("OSK 表5-16", "OSK 表5-17")),
    _firms_by("prefecture", _("都道府県ごとの検知のあった会社"), "any", _ANY, ("OSK 表3-2",)),
    *(
        Measure(
            f"weeks_{cut}",
            1,
            title,
            (printed,),
            _WEEK,
            _NO_SHARE,
            (f"weeks_{cut}",),
            detections.by_week(cut),
            Drawing("line", unit=_ALERTS),
            _WEEKS_IN_PRINT,
        )
        for cut, title, printed in (
            ("all", _("週ごとの検知(機能)"), "OSK 図4-21"),
            ("prefecture", _("週ごとの検知(都道府県)"), "OSK 図4-21"),
            ("size", _("週ごとの検知(規模)"), "OSK 図4-28"),
            ("industry", _("週ごとの検知(業種)"), "OSK 図4-31"),
        )
    ),
)
BY_KEY = {measure.key: measure for measure in MEASURES}
