"""The form of a suppression; what may be let be is decided in sensors.manifest."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from sensors.models import Suppression
from tenants.ui.reason_field import ReasonField

PROBLEMS = {
    "too_wide": gettext_lazy(
        "送信元・宛先・端末のどれかを必ず入れてください。何も入れないと、このルール全体が止まります。"
    ),
    "bad_address": gettext_lazy("IPアドレスか範囲(例 192.168.1.7、192.168.1.0/24)で入れてください。"),
    "bad_device": gettext_lazy("MACアドレス(例 02:00:00:00:01:14)で入れてください。"),
    "allow_needs_address": gettext_lazy(
        "「通す」には送信元か宛先のIPアドレスが要ります。端末(MAC)だけでは機器が見分けられません。"
    ),
    "reason_missing": gettext_lazy("理由を書いてください。あとで見た人がわかるようにします。"),
    "bad_end": gettext_lazy("期限は1年までです。"),
}


class SuppressionForm(forms.Form):
    """Addresses and device come filled in from what was seen."""

    source = forms.CharField(label=gettext_lazy("送信元"), max_length=49, required=False)
    destination = forms.CharField(label=gettext_lazy("宛先"), max_length=49, required=False)
    device = forms.CharField(label=gettext_lazy("端末のMACアドレス"), max_length=17, required=False)
    effect = forms.ChoiceField(
        label=gettext_lazy("扱い"),
        choices=[
            (Suppression.Effect.SILENCE, gettext_lazy("知らせない: 止め続け、回数だけ数えます")),
            (Suppression.Effect.ALLOW, gettext_lazy("通す: 止めずに、回数だけ数えます(誤検知のとき)")),
        ],
        initial=Suppression.Effect.SILENCE,
        widget=forms.RadioSelect,
    )
    reason = ReasonField(label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
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

    def __init__(self, *args: Any, blocks: bool = True, **kwargs: Any) -> None:
        """`blocks`: whether the box stops what the signature finds; what it does not stop can only be kept quiet."""
        super().__init__(*args, **kwargs)
        if not blocks:
            quiet = gettext("知らせない: 回数だけ数えます(このルールは、もともと通信を止めていません)")
            self.fields["effect"].choices = [(Suppression.Effect.SILENCE, quiet)]  # type: ignore[attr-defined]

    def refuse(self, code: str) -> None:
        """Put the rule's refusal at the field it is about."""
        fields = {"bad_device": "device", "reason_missing": "reason", "bad_end": "days"}
        self.add_error(fields.get(code, "source"), str(PROBLEMS.get(code, gettext("入力を確かめてください。"))))


def seen(group: Any, *, answered: bool) -> dict[str, Any]:
    """What an alert group was about, as the form's first values: the firm's side and the other side.

    `answered`: the firm's machine is the one that was called, not the one that opened the connection.
    """
    inside, outside = (str(group.asset_ip or ""), group.peer if _address(group.peer) else "")
    return {
        "source": outside if answered else inside,
        "destination": inside if answered else outside,
        "device": group.asset_mac or "",
    }


def _address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
