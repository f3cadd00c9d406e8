"""Sample data for the page that shows every component (/_components/, only in DEBUG or the demo)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext, gettext_lazy

from web.charts import ChartData, Series
from web.jst import JST
from web.templatetags.formats import jst


class SampleForm(forms.Form):
    """One field of every kind."""

    result = forms.ChoiceField(
        label=gettext_lazy("どうされましたか"),
        widget=forms.RadioSelect,
        choices=[
            ("removed", gettext_lazy("検査して、ウイルスを取り除いた")),
            ("nothing", gettext_lazy("検査したが、何も見つからなかった")),
            ("unsure", gettext_lazy("やり方がわからない(窓口から連絡します)")),
        ],
    )
    done = forms.MultipleChoiceField(
        label=gettext_lazy("したこと"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("cable", gettext_lazy("LANケーブルを抜いた")),
            ("scan", gettext_lazy("全体を検査した")),
        ],
    )
    machine = forms.ChoiceField(
        label=gettext_lazy("どの機器でしたか"),
        choices=[
            ("a", gettext_lazy("事務所のノートPC")),
            ("b", gettext_lazy("受付のパソコン")),
        ],
    )
    phone = forms.CharField(
        label=gettext_lazy("連絡先の電話番号"),
        help_text=gettext_lazy("日中につながる番号。例: 03-1234-5678"),
    )
    memo = forms.CharField(label=gettext_lazy("気づいたこと"), required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label=gettext_lazy("窓口が内容を見ることに同意します"))


def _months() -> tuple[str, ...]:
    return tuple(gettext("%(n)s月") % {"n": month} for month in (5, 6, 7, 8, 9, 10))


def _charts() -> dict[str, ChartData]:
    period = gettext("2026年5月〜10月")
    unit = gettext("件")
    inbound, outbound = gettext("外部からの攻撃"), gettext("外部への不正通信")
    return {
        "chart_line": ChartData(
            gettext("見つけた通信"),
            _months(),
            (
                Series(inbound, (320, 410, 380, 640, 520, 498)),
                Series(outbound, (40, 52, 44, None, 90, 61)),
            ),
            unit,
            period,
            corner=gettext("月"),
        ),
        "chart_top": ChartData(
            gettext("止めた通信の多い順"),
            (
                gettext("Webサーバーへの探り"),
                gettext("不正なファイルのダウンロード"),
                gettext("危険なサイトへの接続"),
                gettext("リモート接続への試し入力"),
                gettext("古いソフトへの攻撃"),
            ),
            (Series(unit, (7906, 2091, 524, 199, 76)),),
            unit,
            period,
            corner=gettext("種類"),
        ),
        "chart_bar": ChartData(
            gettext("規模別のお知らせ"),
            ("1–5", "6–20", "21–50", "51–"),
            (Series(inbound, (12, 34, 28, 19)), Series(outbound, (3, 9, 14, 6))),
            unit,
            period,
            53,
            corner=gettext("従業員数"),
        ),
        "chart_stacked": ChartData(
            gettext("重要度別のお知らせ"),
            _months(),
            (
                Series(gettext("低(★☆☆)"), (20, 25, 18, 30, 22, 19)),
                Series(gettext("中(★★☆)"), (6, 4, 9, 12, 5, 3)),
                Series(gettext("高(★★★)"), (0, 1, 0, 2, 0, 0)),
            ),
            unit,
            period,
            corner=gettext("月"),
        ),
        "chart_spark": ChartData(
            gettext("件数の推移"),
            _months(),
            (Series(unit, (3, 5, 4, 8, 6, 2)),),
            unit,
            period,
        ),
    }


def showcase_context(now: datetime | None = None) -> dict[str, Any]:
    """Everything `components/showcase.html` shows. `now` must be aware; default is a fixed day, for stable pictures."""
    moment = now or datetime(2026, 11, 20, 14, 5, tzinfo=JST)
    hour = timedelta(hours=1)
    return {
        "now": moment,
        "nav_items": [
            {"label": gettext("ホーム"), "href": "#", "icon": "home", "current": True},
            {"label": gettext("お知らせ"), "href": "#", "icon": "bell", "count": 2},
            {"label": gettext("機器"), "href": "#", "icon": "box"},
            {"label": gettext("報告書"), "href": "#", "icon": "document"},
            {"label": gettext("相談"), "href": "#", "icon": "phone"},
        ],
        "organisation": {"name": gettext("さくら歯科医院")},
        "organisations": [
            {"label": gettext("さくら歯科医院"), "href": "#", "current": True},
            {"label": gettext("やまだ製作所"), "href": "#"},
        ],
        "desk": {
            "phone": "0120-000-000",
            "hours": gettext("平日 9:00〜18:00(祝日を除く)"),
        },
        "share": "40%",
        "cover_left": gettext("50,000円まで"),
        "detail": [
            (gettext("いつ"), gettext("2026年11月20日(金) 10:12〜10:18、4回")),
            (gettext("どの機器"), gettext("事務所のノートPC")),
            (gettext("どうなった"), gettext("通信は止めました")),
        ],
        "table_headers": [
            gettext("内容"),
            gettext("日時"),
            gettext("回数"),
            gettext("状態"),
        ],
        "table_rows": [
            [
                gettext("危険なサイトへの通信を止めました"),
                jst(moment.replace(hour=10, minute=18)),
                4,
                gettext("確認待ち"),
            ],
            [
                gettext("ルーターのパスワードが初期設定のままです"),
                jst(moment.replace(day=18, hour=16, minute=40)),
                1,
                gettext("対応中"),
            ],
            [
                gettext("不正なファイルを止めました"),
                jst(moment.replace(day=12, hour=9)),
                1204,
                gettext("解決済み"),
            ],
        ],
        "page": Paginator(range(95), 10).page(3),
        **_charts(),
        "step_labels": [
            gettext("箱が届く"),
            gettext("つなぐ"),
            gettext("動作を確かめる"),
            gettext("見守り開始"),
        ],
        "history": [
            {
                "at": moment - 4 * hour,
                "title": gettext("危険なサイトへの通信を止めました"),
                "tone": "attention",
            },
            {
                "at": moment - 3 * hour,
                "title": gettext("相談窓口が電話しました"),
                "who": gettext("相談窓口"),
                "text": gettext("機器の場所を確かめ、検査をお願いしました。"),
                "tone": "info",
                "shape": "phone",
            },
            {
                "at": moment,
                "title": gettext("検査が終わり、解決しました"),
                "tone": "safe",
            },
        ],
        "tab_items": [
            {"label": gettext("すべて"), "href": "#", "current": True, "count": 95},
            {"label": gettext("確認待ち"), "href": "#", "count": 2},
            {"label": gettext("解決済み"), "href": "#", "count": 93},
        ],
        "form": SampleForm(
            {
                "phone": "",
                "machine": "a",
                "memo": "",
                "result": "removed",
                "done": ["cable"],
            }
        ),
    }
