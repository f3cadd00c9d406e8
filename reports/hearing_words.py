"""What vendors and firms answered after help, as lines of the office's tables: (question, answer) → words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

# The four of the ten questions that have one answer each.
HEARINGS = {
    ("solved", "remote"): gettext_lazy("遠隔で解決したか: 遠隔だけ"),
    ("solved", "visit"): gettext_lazy("遠隔で解決したか: 訪問"),
    ("solved", "unsolved"): gettext_lazy("遠隔で解決したか: 未解決"),
    ("time_saved", "yes"): gettext_lazy("作業の時間が短くなったか: はい"),
    ("time_saved", "no"): gettext_lazy("作業の時間が短くなったか: いいえ"),
    ("grasped", "well"): gettext_lazy("現地の状況を把握できたか: 十分"),
    ("grasped", "partly"): gettext_lazy("現地の状況を把握できたか: 一部"),
    ("grasped", "not"): gettext_lazy("現地の状況を把握できたか: できなかった"),
    ("again", "yes"): gettext_lazy("また遠隔を使いたいか: はい"),
    ("again", "no"): gettext_lazy("また遠隔を使いたいか: いいえ"),
}

FIRM_HEARINGS = {
    ("remote", "yes"): gettext_lazy("次も遠隔を希望するか: はい"),
    ("remote", "no"): gettext_lazy("次も遠隔を希望するか: いいえ"),
    ("visit", "yes"): gettext_lazy("次は訪問を希望するか: はい"),
    ("visit", "no"): gettext_lazy("次は訪問を希望するか: いいえ"),
    ("speed", "very_short"): gettext_lazy("終わるまでの時間: とても短い"),
    ("speed", "short"): gettext_lazy("終わるまでの時間: 短い"),
    ("speed", "fair"): gettext_lazy("終わるまでの時間: ちょうどよい"),
    ("speed", "long"): gettext_lazy("終わるまでの時間: 長い"),
    ("speed", "very_long"): gettext_lazy("終わるまでの時間: とても長い"),
    ("aware", "yes"): gettext_lazy("意識は変わったか: はい"),
    ("aware", "no"): gettext_lazy("意識は変わったか: いいえ"),
    ("least", "first"): gettext_lazy("最低限してほしいこと: 最初の対応"),
    ("least", "cause"): gettext_lazy("最低限してほしいこと: 原因の特定"),
    ("least", "again"): gettext_lazy("最低限してほしいこと: 再発の防止"),
    ("afford", "50000"): gettext_lazy("自費で払える額: 5万円まで"),
    ("afford", "100000"): gettext_lazy("自費で払える額: 10万円まで"),
    ("afford", "500000"): gettext_lazy("自費で払える額: 50万円まで"),
    ("afford", "1000000"): gettext_lazy("自費で払える額: 100万円まで"),
    ("afford", "more"): gettext_lazy("自費で払える額: 101万円以上"),
    ("insurance", "yes"): gettext_lazy("費用の保険は必要か: はい"),
    ("insurance", "no"): gettext_lazy("費用の保険は必要か: いいえ"),
}
