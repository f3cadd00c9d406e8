"""A page that is refused something says so in its own words, and goes on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.forms import CharField, Form
from django.test import RequestFactory

from base.moves import MoveRefused, ReasonMissing
from base.refusals import Refusal
from web.refusals import RefusalWords, refusals_shown

ROOT = Path(__file__).resolve().parents[2]


class TimeOver(Refusal):
    """It is too late."""


class LateByDays(TimeOver):
    """Much too late."""

    days = 3


class Typed(Form):
    day = CharField()


@pytest.fixture
def request_with_messages() -> Any:
    request = RequestFactory().post("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def shown(request: Any) -> list[str]:
    return [str(message) for message in get_messages(request)]


def test_a_refusal_is_shown_in_the_words_of_its_page_and_the_page_goes_on(request_with_messages: Any) -> None:
    with refusals_shown(request_with_messages, {TimeOver: "遅すぎます。"}) as attempt:
        raise TimeOver
    assert shown(request_with_messages) == ["遅すぎます。"]
    assert isinstance(attempt.refusal, TimeOver)


def test_the_nearest_class_has_the_word_whatever_the_order(request_with_messages: Any) -> None:
    words: RefusalWords = {TimeOver: "遅すぎます。", LateByDays: lambda refusal: f"{refusal.days}日遅れです。"}
    with refusals_shown(request_with_messages, words):
        raise LateByDays
    assert shown(request_with_messages) == ["3日遅れです。"]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [(ReasonMissing("x"), "理由を書いてください。"), (MoveRefused("x"), "いまの状態からは、その操作はできません。")],
)
def test_a_page_without_words_of_its_own_has_the_usual_ones(
    request_with_messages: Any, refusal: Refusal, words: str
) -> None:
    with refusals_shown(request_with_messages):
        raise refusal
    assert shown(request_with_messages) == [words]


def test_what_the_person_can_mend_stands_above_the_form(request_with_messages: Any) -> None:
    form = Typed({"day": "1"})
    with refusals_shown(request_with_messages, form=form, form_words={TimeOver: "日付を確かめてください。"}):
        raise TimeOver
    assert form.non_field_errors() == ["日付を確かめてください。"]
    assert shown(request_with_messages) == []


def test_a_fault_is_no_refusal(request_with_messages: Any) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        refusals_shown(request_with_messages, {TimeOver: "遅すぎます。"}),
    ):
        _ = 1 / 0


def ladders(tree: ast.Module) -> Iterator[int]:
    """Lines of `try` statements with two or more handlers that each show a message."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            showing = [h for h in node.handlers if "messages.error" in ast.unparse(h) or "add_error" in ast.unparse(h)]
            if len(showing) > 1:
                yield node.lineno


def test_no_page_has_a_ladder_of_its_own() -> None:
    pages = [*ROOT.glob("*/ui/*.py"), *ROOT.glob("*/*/ui/*.py")]
    assert len(pages) > 100
    lines = [f"{page.relative_to(ROOT)}:{line}" for page in pages for line in ladders(ast.parse(page.read_text()))]
    assert lines == [], "use web.refusals.refusals_shown with a table of words"
    assert list(ladders(ast.parse("try:\n x()\nexcept A:\n messages.error(r, 1)\nexcept B:\n messages.error(r, 2)")))
