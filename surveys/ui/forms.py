"""The firm's questions, and the vendor's ten (OSK 表4-29, 6-3, 4-35, 4-36; 3-10, 4-34)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.models import REASONS, VERDICTS

_RADIO = forms.RadioSelect
_CHECKS = forms.CheckboxSelectMultiple
YES_NO = [("yes", _("はい")), ("no", _("いいえ"))]


class FeedbackForm(forms.Form):
    """How it was. Only the first question must be answered."""

    verdict = forms.ChoiceField(label=_("対応は良かったですか"), choices=VERDICTS, widget=_RADIO)
    reason = forms.ChoiceField(
        label=_("いちばん近い理由を1つ選んでください"), choices=REASONS, widget=_RADIO, required=False
    )
    words = forms.CharField(
        label=_("気づいたこと"),
        help_text=_("良かったことも、困ったことも、そのまま書いてください。"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HelpFeedbackForm(FeedbackForm):
    """After a job or an incident also how help should be the next time (OSK 表4-35, 4-36). All may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, choices, several) in MORE.items():
            make = forms.MultipleChoiceField if several else forms.ChoiceField
            widget = _CHECKS if several else _RADIO
            self.fields[name] = make(label=label, choices=choices, widget=widget, required=False)

    @property
    def more(self) -> list[forms.BoundField]:
        """The questions beyond how it was."""
        return [self[name] for name in MORE]


# Question → its words, its answers, whether several may be named.
MORE: dict[str, tuple[Any, list[tuple[str, Any]], bool]] = {
    "remote": (_("次に同じことが起きたら、遠隔の対応を希望しますか"), YES_NO, False),
    "visit": (_("次に同じことが起きたら、訪問の対応を希望しますか"), YES_NO, False),
    "speed": (
        _("対応が終わるまでの時間はどうでしたか"),
        [
            ("very_short", _("とても短い")),
            ("short", _("短い")),
            ("fair", _("ちょうどよい")),
            ("long", _("長い")),
            ("very_long", _("とても長い")),
        ],
        False,
    ),
    "aware": (_("セキュリティへの意識は変わりましたか"), YES_NO, False),
    "least": (
        _("最低限してほしいことは何ですか"),
        [("first", _("最初の対応")), ("cause", _("原因の特定")), ("again", _("再発の防止"))],
        True,
    ),
    "afford": (
        _("同じ対応を自費で頼むなら、いくらまで払えますか"),
        [
            ("50000", _("5万円まで")),
            ("100000", _("10万円まで")),
            ("500000", _("50万円まで")),
            ("1000000", _("100万円まで")),
            ("more", _("101万円以上")),
        ],
        False,
    ),
    "insurance": (_("この費用の保険は必要だと思いますか"), YES_NO, False),
}


def _single(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=_RADIO)


def _multiple(label: Any, choices: list[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=_CHECKS, required=False)


def _minutes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=6000,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class HearingForm(forms.Form):
    """The ten questions; most are one tap."""

    solved = _single(
        _("1. 遠隔で解決しましたか"),
        [
            ("remote", _("遠隔だけで解決した")),
            ("visit", _("訪問に切り替えた、または訪問で対応した")),
            ("unsolved", _("解決しなかった")),
        ],
    )
    time_saved = _single(_("2. 遠隔で作業の時間は短くなったと感じますか"), YES_NO)
    visit_travel = _minutes(_("3. 訪問していたら、移動にかかった時間(分)"))
    visit_work = _minutes(_("3. 訪問していたら、現地の作業にかかった時間(分)"))
    tools = _multiple(
        _("4. 使った方法"),
        [
            ("phone", _("電話")),
            ("mail", _("メール")),
            ("screen", _("画面の共有")),
            ("control", _("遠隔操作")),
            ("camera", _("カメラの映像")),
            ("other", _("その他")),
        ],
    )
    doable = _multiple(
        _("5. 遠隔でできた作業"),
        [
            ("led", _("ランプの点灯の確認")),
            ("cable", _("ケーブル接続の確認")),
            ("replug", _("ケーブルの抜き差し、接続先の変更")),
            ("screen", _("画面の確認")),
            ("logs", _("ログの収集と確認")),
            ("commands", _("コマンド操作と結果の確認")),
            ("browser", _("ブラウザ操作と結果の確認")),
            ("healthy", _("正常に動くことの確認")),
            ("parts", _("部品や機器の交換")),
        ],
    )
    grasped = _single(
        _("6. 現地の状況を把握できましたか"),
        [("well", _("十分できた")), ("partly", _("一部できた")), ("not", _("できなかった"))],
    )
    suited = _multiple(
        _("7. 遠隔が役立つと思う事象"),
        [
            ("seen", _("目で見て確かめる事象(ランプ、ケーブルなど)")),
            ("messages", _("エラーの内容を正確に知る必要がある事象")),
            ("hard_to_tell", _("文章で伝えにくい事象(画面、物の状態)")),
            ("known", _("ほかの会社で対処したことのある事象")),
        ],
    )
    needed = _multiple(
        _("8. 最低限ほしい情報"),
        [
            ("system", _("システム構成図")),
            ("network", _("ネットワーク構成図")),
            ("addresses", _("IPアドレスの一覧")),
            ("software", _("導入ソフトウエアの一覧")),
            ("past", _("これまでの対処の一覧")),
        ],
    )
    again = _single(_("9. また遠隔を使いたいですか"), YES_NO)
    good = forms.CharField(
        label=_("10. 良かった点"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    bad = forms.CharField(label=_("10. 困った点"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
