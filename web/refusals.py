"""Refusals in words: what a page shows when a service does not do what somebody wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from base.moves import MoveRefused, ReasonMissing

# A sentence, or what makes one of the refusal (a name or an amount stands in it).
Words = str | Promise | Callable[[Any], str | Promise]
RefusalWords = Mapping[type[Exception], Words]

USUAL: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を書いてください。"),
    MoveRefused: gettext_lazy("いまの状態からは、その操作はできません。"),
}


class Form(Protocol):
    """The part of a form that shows an error above its fields."""

    def add_error(self, field: str | None, error: str) -> None:
        """Show `error` at `field`; None: above all fields."""


def sentence_of(refusal: BaseException, words: RefusalWords) -> str:
    """The sentence for the nearest class of `refusal` in `words`."""
    sentence = words[_nearest(refusal, words)]
    return str(sentence(refusal) if callable(sentence) else sentence)


def _nearest(refusal: BaseException, words: RefusalWords) -> type[Exception]:
    return next(kind for kind in type(refusal).__mro__ if kind in words)


class refusals_shown:
    """Run a block; a refusal ends it, is shown in words, and the page goes on behind it.

    `words`: class of a refusal → its sentence as a message of this page, instead of and besides the `USUAL` ones.
    `form_words`: the same for what the person can mend in `form`, shown above its fields.
    `refusal` is what ended the block, or None. An exception of no class in the tables goes on upward.
    """

    refusal: BaseException | None = None

    def __init__(
        self,
        request: HttpRequest,
        words: RefusalWords | None = None,
        *,
        form: Form | None = None,
        form_words: RefusalWords | None = None,
    ) -> None:
        self._request, self._form, self._form_words = request, form, form_words or {}
        self._words: RefusalWords = {**USUAL, **(words or {}), **self._form_words}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, refusal: BaseException | None, trace: Any) -> bool:
        if refusal is None or not isinstance(refusal, tuple(self._words)):
            return False
        self.refusal = refusal
        sentence = sentence_of(refusal, self._words)
        if self._form is not None and _nearest(refusal, self._words) in self._form_words:
            self._form.add_error(None, sentence)
        else:
            messages.error(self._request, sentence)
        return True
