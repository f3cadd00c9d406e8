"""What a vendor types on a job's sheet. Every form carries the key its page was made with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.jobsheet import records, wording
from incidents.jobsheet.checklists import Ticked
from incidents.jobsheet.proof import Extent, Supported
from incidents.models import WORK_KINDS, Job
from tenants.ui.json_field import StorableDecoder
from tenants.ui.reason_field import ReasonField


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in words.items()]


class LocalMoment(forms.DateTimeInput):
    """The browser's own picker for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class KeyedForm(forms.Form):
    """`key`: made when the page was, or by the phone; `said`: when it was pressed, by the phone's clock."""

    what: ClassVar[str]
    key = forms.UUIDField(widget=forms.HiddenInput)
    said = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"{self.what}_%s"
        kwargs["initial"] = {"key": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class RecordForm(KeyedForm):
    """A form that gives a record."""

    def record(self) -> records.Record:
        """What was typed. Raises records.RecordWrong."""
        raise NotImplementedError


class StartForm(KeyedForm):
    """Start a timer."""

    what = "start"
    kind = forms.ChoiceField(choices=WORK_KINDS)
    way = forms.ChoiceField(choices=Job.Way, required=False)


class StopForm(KeyedForm):
    """Stop it."""

    what = "stop"
    ended = forms.DateTimeField(
        label=_("終わった時刻"), required=False, widget=LocalMoment, help_text=_("止め忘れたときだけ入れます。")
    )


class TimeForm(KeyedForm):
    """Time by hand."""

    what = "time"
    kind = forms.ChoiceField(label=_("種別"), choices=WORK_KINDS)
    way = forms.ChoiceField(label=_("方法"), choices=Job.Way)
    started_at = forms.DateTimeField(label=_("開始"), widget=LocalMoment)
    minutes = forms.IntegerField(label=_("分"), min_value=1, max_value=960)
    note = forms.CharField(label=_("内容"), max_length=500, required=False)


class CorrectForm(KeyedForm):
    """Correct an entry."""

    what = "correct"
    entry = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("種別"), choices=WORK_KINDS)
    minutes = forms.IntegerField(label=_("分"), min_value=0, max_value=960, help_text=_("0にすると取り消します。"))
    reason = ReasonField(label=_("直す理由"), max_length=300, help_text=_("もとの記録も残ります。"))


class StrikeForm(KeyedForm):
    """Strike a record out."""

    what = "strike"
    record_id = forms.IntegerField(widget=forms.HiddenInput)
    reason = ReasonField(label=_("取り消す理由"), max_length=300, help_text=_("もとの記録も残ります。"))


class StepForm(RecordForm):
    """Who did what."""

    what = "step"
    doer = forms.ChoiceField(
        label=_("だれが"), choices=_choices(wording.DOERS), widget=forms.RadioSelect, initial=records.Doer.VENDOR.value
    )
    text = forms.CharField(label=_("したこと"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def record(self) -> records.Record:
        return records.Step(records.Doer(self.cleaned_data["doer"]), self.cleaned_data["text"].strip())


class CheckForm(RecordForm):
    """An item of the checklist."""

    what = "check"
    item = forms.ChoiceField(choices=[(code, code) for code in wording.ITEMS], widget=forms.HiddenInput)
    ticked = forms.ChoiceField(choices=_choices(wording.TICKED))
    note = forms.CharField(max_length=200, required=False)

    def record(self) -> records.Record:
        data = self.cleaned_data
        return records.Check(data["item"], Ticked(data["ticked"]), data["note"])


class FindingForm(RecordForm):
    """Something that was found."""

    what = "finding"
    device = forms.CharField(label=_("どの機器"), max_length=100, help_text=_("名前、置き場所、MACアドレスなど"))
    name = forms.CharField(label=_("見つかったものの名前"), max_length=160, help_text=_("例: Trojan:Win32/Sample"))
    severity = forms.ChoiceField(label=_("脅威の強さ"), choices=_choices(wording.SEVERITIES))
    count = forms.IntegerField(label=_("件数"), min_value=1, max_value=100_000, initial=1)
    done = forms.ChoiceField(label=_("どうしたか"), choices=_choices(wording.DONE))
    note = forms.CharField(label=_("メモ"), max_length=300, required=False)

    def record(self) -> records.Record:
        data = self.cleaned_data
        severity, done = records.Severity(data["severity"]), records.Done(data["done"])
        return records.Finding(data["device"], data["name"], severity, data["count"], done, data["note"])


class ScanForm(RecordForm):
    """A scan, with what its worth depends on."""

    what = "scan"
    device = forms.CharField(label=_("どの機器"), max_length=100)
    tool = forms.CharField(label=_("使ったソフト"), max_length=100, help_text=_("例: Microsoft Defender、EmoCheck"))
    definitions = forms.DateField(
        label=_("定義ファイルの日付"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("分からないときは空のままにします。"),
    )
    extent = forms.ChoiceField(label=_("調べた範囲"), choices=_choices(wording.EXTENTS))
    os_supported = forms.ChoiceField(label=_("OSのサポート"), choices=_choices(wording.SUPPORTED))
    found = forms.IntegerField(label=_("見つかった数"), min_value=0, max_value=100_000, initial=0)

    def clean_definitions(self) -> Any:
        """Not of tomorrow."""
        day = self.cleaned_data["definitions"]
        if day is not None and day > timezone.localdate() + timedelta(days=1):
            raise ValidationError(gettext("これから先の日付です。"))
        return day

    def record(self) -> records.Record:
        data = self.cleaned_data
        extent, supported = Extent(data["extent"]), Supported(data["os_supported"])
        return records.ScanAnswer(data["device"], data["tool"], data["definitions"], extent, supported, data["found"])


class InstallForm(RecordForm):
    """How an installation or removal ended."""

    what = "install"
    outcome = forms.ChoiceField(label=_("結果"), choices=_choices(wording.OUTCOMES), widget=forms.RadioSelect)
    ease = forms.ChoiceField(
        label=_("手間"),
        choices=[("", _("選んでください")), *_choices(wording.EASE)],
        required=False,
        help_text=_("終わったときに選びます。"),
    )
    minutes = forms.IntegerField(label=_("かかった分"), min_value=0, max_value=960)
    reason = forms.ChoiceField(
        label=_("取りやめ・再訪の理由"),
        choices=[("", _("選んでください")), *_choices(wording.DOOR_REASONS)],
        required=False,
    )
    note = forms.CharField(label=_("くわしく"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """The outcome decides what must be said besides."""
        data = super().clean() or {}
        problems = {
            "ease": gettext("すんなり終わったか、手間取ったかを選んでください。"),
            "reason": gettext("取りやめた理由を選んでください。"),
            "note": gettext("「その他」の理由を書いてください。"),
        }
        try:
            if not self.errors:
                self.record()
        except records.RecordWrong as wrong:
            self.add_error(wrong.code, problems[wrong.code])
        return data

    def record(self) -> records.Record:
        data = self.cleaned_data
        ease = records.Ease(data["ease"]) if data["ease"] else None
        reason = records.DoorReason(data["reason"]) if data["reason"] else None
        return records.Install(records.Outcome(data["outcome"]), ease, data["minutes"], reason, data["note"])


FORMS: dict[str, type[KeyedForm]] = {
    form.what: form
    for form in (
        StartForm,
        StopForm,
        TimeForm,
        CorrectForm,
        StrikeForm,
        StepForm,
        CheckForm,
        FindingForm,
        ScanForm,
        InstallForm,
    )
}


class ReportForm(KeyedForm):
    """The report's own words; everything else comes from the sheet."""

    what = "report"
    summary = forms.CharField(
        label=_("したこと"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("会社の方が読みます。専門の言葉は言いかえてください。"),
    )
    result = forms.CharField(label=_("結果"), max_length=300, help_text=_("例: ウイルスを見つけ、駆除しました。"))
    advice = forms.CharField(
        label=_("これからお願いすること"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    keep_isolated = forms.BooleanField(label=_("まだインターネットに戻さない"), required=False)

    def __init__(self, *args: Any, isolated: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not isolated:
            del self.fields["keep_isolated"]
            return
        self.fields["keep_isolated"].help_text = gettext(
            "センサーが切り離しています: %(machines)s。印を付けなければ、報告と同時に元へ戻します。"
        ) % {"machines": gettext("、").join(isolated)}


class SignForm(KeyedForm):
    """The firm's mark. The lines are drawn on the screen; typing the name is enough."""

    what = "sign"
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    strokes = forms.JSONField(widget=forms.HiddenInput, required=False, initial=list, decoder=StorableDecoder)
    name = forms.CharField(label=_("お名前"), max_length=100)
    remark = forms.CharField(label=_("ひとこと"), max_length=500, required=False)
    seen = forms.BooleanField(label=_("報告の内容を読み、確認しました"))
