"""What a firm presses and types to answer a notice."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from base.phone_numbers import number_of
from incidents.answers.services import Given
from incidents.jobsheet.proof import Extent, Supported
from incidents.models import ANSWERS, NOT_DONE_REASONS
from incidents.states.answer import Answer

# Which further fields an answer has: asked after it is recorded, so that one press is enough for an answer.
DETAILS: dict[str, tuple[str, ...]] = {
    Answer.CLEAN_SCAN: ("definitions", "extent", "os_supported"),
    Answer.OTHER: ("words",),
    Answer.NOT_DONE: ("reason",),
    Answer.CALL_ME: ("number",),
}
EXTENTS = [
    (Extent.FULL.value, gettext_lazy("パソコン全体(フルスキャン)")),
    (Extent.QUICK.value, gettext_lazy("一部だけ(クイックスキャン)。どちらか分からない")),
]
SUPPORTED = [
    (Supported.YES.value, gettext_lazy("続いている(更新が届いている)")),
    (Supported.NO.value, gettext_lazy("終わっている")),
    (Supported.UNKNOWN.value, gettext_lazy("分からない")),
]


class AnswerForm(forms.Form):
    """One answer; `act` is made with the page. Of the other fields a page shows those of DETAILS."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=ANSWERS, widget=forms.HiddenInput)
    definitions = forms.DateField(
        label=gettext_lazy("ウイルス対策ソフトの定義ファイルの日付"),
        help_text=gettext_lazy("ソフトの画面に「最新の更新」などと出ています。分からないときは、空にしてください。"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("どこまで検査しましたか"), required=False, choices=EXTENTS, widget=forms.RadioSelect
    )
    os_supported = forms.ChoiceField(
        label=gettext_lazy("Windowsなどのサポートは続いていますか"),
        required=False,
        choices=SUPPORTED,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("したこと"),
        help_text=gettext_lazy("例: ルーターの設定を見直した。"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("理由に近いもの"), required=False, choices=NOT_DONE_REASONS, widget=forms.RadioSelect
    )
    number = forms.CharField(
        label=gettext_lazy("折り返しの電話番号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_definitions(self) -> date | None:
        """A day that has come."""
        day: date | None = self.cleaned_data["definitions"]
        if day is not None and not date(2000, 1, 1) <= day <= timezone.localdate():
            raise forms.ValidationError(gettext("今日までの日付を入れてください。"))
        return day

    def clean_number(self) -> str:
        """A number somebody can dial, or none."""
        number: str = self.cleaned_data["number"].strip()
        if number and number_of(number) is None:
            raise forms.ValidationError(gettext("電話番号が読み取れません。市外局番から書いてください。"))
        return number

    @property
    def given(self) -> Given:
        """What was answered; the form is valid."""
        values: dict[str, Any] = dict(self.cleaned_data)
        kept = DETAILS.get(values["answer"], ())
        return Given(
            answer=Answer(values["answer"]), act=values["act"], **{name: values[name] for name in kept if values[name]}
        )

    @property
    def details(self) -> list[forms.BoundField]:
        """The further fields of its answer."""
        return [self[name] for name in DETAILS.get(str(self["answer"].value()), ())]


def details_form(answer: str) -> AnswerForm:
    """For what an answer that is recorded leaves open.

    The weaker value is chosen, so that nobody proves by not reading; the date is today's, because antivirus software
    brings itself up to date.
    """
    initial = {
        "act": uuid.uuid4(),
        "answer": answer,
        "definitions": timezone.localdate(),
        "extent": Extent.QUICK.value,
        "os_supported": Supported.UNKNOWN.value,
    }
    return AnswerForm(initial=initial, auto_id="answer_%s")
