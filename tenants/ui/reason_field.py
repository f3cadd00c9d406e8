"""A reason in a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from base.reasons import GRAVE_KINDS, GRAVE_LETTERS, says_something


class ReasonField(forms.CharField):
    """Words, not signs (base.reasons). `grave`: for what opens a firm's data."""

    def __init__(self, *, grave: bool = False, **kwargs: Any) -> None:
        self.grave = grave
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The text without space around it. Raises ValidationError for signs without meaning."""
        text: str = super().clean(value)
        bounds = {"letters": GRAVE_LETTERS, "kinds": GRAVE_KINDS} if self.grave else {}
        if text and not says_something(text, **bounds):
            raise ValidationError(
                gettext_lazy(
                    "理由を、あとで読む人に分かる言葉で書いてください。記号や同じ字の繰り返しは理由になりません。"
                ),
                code="no_reason",
            )
        return text
