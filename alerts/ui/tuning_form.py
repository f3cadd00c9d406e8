"""The form of a proposed change of grading; what may be proposed is decided in alerts.tuning.checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from alerts.models import AlertGroup
from alerts.models.alert import Direction
from alerts.models.judgement import Basis
from alerts.models.tuning import TUNING_BASES, TunedGrade
from alerts.tuning.checks import TuningRefused
from alerts.tuning.rules import Pattern
from alerts.tuning.services import TuningThere
from base.moves import ReasonMissing
from tenants.ui.reason_field import ReasonField
from web.refusals import RefusalWords

THIS_FIRM, EVERYWHERE = "one", "all"
PROBLEMS: dict[str, Any] = {
    "no_mark": gettext_lazy("この検知の目印には番号がないため、判定を調整できません。"),
    "files": gettext_lazy(
        "ファイルの検知は調整できません。止めるかどうかは「ウイルスとされたファイル」で、ファイルごとに決めます。"
    ),
    "bad_end": gettext_lazy("期限は1年までです。"),
    "bad_device": gettext_lazy("社内の機器は、MACアドレスかIPアドレスで入れてください。"),
    "bad_destination": gettext_lazy(
        "通信の相手は、サイトの名前かIPアドレス、範囲(例 203.0.113.0/24)で入れてください。"
    ),
    "device_of_one_firm": gettext_lazy("社内の機器を指定できるのは、この会社だけを対象にするときです。"),
}
PROPOSAL_REFUSALS: RefusalWords = {
    TuningRefused: lambda refusal: PROBLEMS[str(refusal)],
    ReasonMissing: gettext_lazy("理由を選ぶか、書いてください。まだ提案していません。"),
    TuningThere: gettext_lazy("同じ調整が、もう提案されているか、有効になっています。"),
}


class TuningForm(forms.Form):
    """The widest that is usual is chosen first: this mark in this direction at this firm, not told of, for 90 days."""

    scope = forms.ChoiceField(
        label=gettext_lazy("対象の会社"),
        choices=[(THIS_FIRM, gettext_lazy("この会社だけ")), (EVERYWHERE, gettext_lazy("この事業のすべての会社"))],
        initial=THIS_FIRM,
    )
    grade = forms.TypedChoiceField(
        label=gettext_lazy("扱い"), choices=TunedGrade.choices, coerce=lambda value: TunedGrade(int(value)), initial=0
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("向き"), required=False, choices=[("", gettext_lazy("すべて")), *Direction.choices]
    )
    device = forms.CharField(
        label=gettext_lazy("社内の機器(1台だけのとき)"),
        required=False,
        max_length=45,
        help_text=gettext_lazy("MACアドレスかIPアドレス。空なら、すべての機器です。"),
    )
    destination = forms.CharField(
        label=gettext_lazy("通信の相手(決まった先だけのとき)"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("サイトの名前かIPアドレス、範囲。空なら、すべての相手です。"),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("期限"),
        coerce=int,
        initial=90,
        choices=[
            (7, gettext_lazy("7日間")),
            (30, gettext_lazy("30日間")),
            (90, gettext_lazy("90日間")),
            (365, gettext_lazy("1年間")),
        ],
    )
    basis = forms.ChoiceField(required=False, choices=[(basis.value, basis.label) for basis in TUNING_BASES])
    reason = ReasonField(label=gettext_lazy("理由(自分の言葉で)"), required=False, max_length=300)

    def __init__(self, data: Any, group: AlertGroup) -> None:
        super().__init__(data, initial={"direction": group.direction})
        self._number = group.signature_id or 0

    @property
    def reasons(self) -> list[tuple[int, str, Any]]:
        """(key, value, words) of the usual reasons."""
        return [(number, basis.value, basis.label) for number, basis in enumerate(TUNING_BASES, 1)]

    @property
    def narrowed(self) -> bool:
        """Whether something was typed that narrows it."""
        return bool(self["device"].value() or self["destination"].value())

    def proposal(self) -> dict[str, Any]:
        """What alerts.tuning.services.tuning_propose takes, of a valid form."""
        data = self.cleaned_data
        return {
            "everywhere": data["scope"] == EVERYWHERE,
            "pattern": Pattern(self._number, data["direction"], data["device"], data["destination"]),
            "grade": data["grade"],
            "basis": Basis(data["basis"]) if data["basis"] else None,
            "reason": data["reason"],
            "days": data["days"],
        }
