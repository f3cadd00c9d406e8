"""A reason is words somebody reads later: zero-width letters, dots and repeated signs are none anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.forms import ChoiceField
from django.forms.forms import BaseForm
from django.utils import timezone

from base.moves import Move, Party, ReasonMissing, require_move
from base.reasons import GRAVE_KINDS, GRAVE_LETTERS, says_something
from sensors.shared_files import FileRefused, file_decide, file_withdraw
from sensors.ui.shared_files import FileForm
from tenants.models import User
from tenants.tenancy.break_glass import GlassHolds, break_glass
from tenants.tenancy.scope import person_scope
from tenants.ui.forms import RejectionForm, SettingsForm
from tenants.ui.reason_field import ReasonField
from tests.access.world import superuser
from tests.factories import Cast, organisation_make, user_make

NOTHING = [
    "",
    "   ",
    "\u200b" * 30,
    "\u2060\u200d\ufeff" * 10,
    "............",
    "・" * 12,
    "ー" * 12,
    "。。。。",
    "ああああああああああああ",
    "ａａａａaaaaAAAA",
    "1234567890123",
    "１２３４５６７８９０１",
    "\u3164" * 20,
    "\u115f\u1160\uffa0" * 8,
    "\u0301" * 20,
    "\u202e\u202d" * 9,
    "😀😃😄😁😆😅😂🤣😊😇",
    "x",
]
WORDS = ["誤報", "誤検知のため", "事業所の移転で不要になった", "no longer needed", "ﾃﾞｰﾀ復旧", "INC-12 の調査"]
GRAVE = ["障害の調査のため、通信の記録を確かめます。", "Investigating a failed batch", "ｼｽﾃﾑ障害の調査を行うため"]


@pytest.mark.parametrize("text", NOTHING)
def test_signs_that_say_nothing_are_no_reason(text: str) -> None:
    assert not says_something(text)
    with pytest.raises(ReasonMissing):
        require_move({"a": {"b": Move(frozenset({Party.DESK}), reason=True)}}, "a", "b", party=Party.DESK, reason=text)
    assert "reason" in RejectionForm({"reason": text}).errors


@pytest.mark.parametrize("text", NOTHING)
def test_no_file_is_stopped_at_every_box_and_no_setting_changed_for_a_dot(text: str) -> None:
    assert "reason" in FileForm({"sha256": "ab" * 32, "kind": "block", "reason": text}).errors
    assert "reason" in SettingsForm((), {"reason": text}).errors
    fields: dict[str, Any] = {
        "programme_id": 1,
        "sha256": "ab" * 32,
        "reason": text,
        "by": User(),
        "now": timezone.now(),
    }
    with pytest.raises(FileRefused, match="no_reason"):
        file_decide(kind="allow", **fields)
    with pytest.raises(FileRefused, match="no_reason"):
        file_withdraw(**fields)


def test_every_form_that_asks_for_a_reason_wants_words() -> None:
    import_module("otasuke.urls")
    fields = {form: getattr(form, "base_fields", {}).get("reason") for form in _kinds_of(BaseForm)}
    asking = {form: field for form, field in fields.items() if field and not isinstance(field, ChoiceField)}
    assert SettingsForm not in asking, "its fields are made for each form"
    assert RejectionForm in asking
    assert [form for form, field in asking.items() if not isinstance(field, ReasonField)] == []


def _kinds_of(kind: type[Any]) -> Iterator[type[Any]]:
    for form in kind.__subclasses__():
        yield form
        yield from _kinds_of(form)


@pytest.mark.parametrize("text", WORDS)
def test_short_words_are_a_reason(text: str) -> None:
    assert says_something(text)
    assert RejectionForm({"reason": text}).is_valid()


@pytest.mark.parametrize("text", [*NOTHING, *WORDS, *GRAVE, "調査調査調査調査調査調査", "必要必要必要なため"])
def test_postgresql_and_the_forms_judge_alike(database: None, text: str) -> None:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT sec.says_something(%s, %s, %s)", (text, GRAVE_LETTERS, GRAVE_KINDS))
        assert cursor.fetchone() == (says_something(text, letters=GRAVE_LETTERS, kinds=GRAVE_KINDS),)
    server.close()


@pytest.mark.parametrize("text", NOTHING)
def test_the_glass_holds_without_words(cast: Cast, text: str) -> None:
    platform = organisation_make("運用", "platform")
    operator = user_make("op@platform.invalid", platform, "owner")
    with pytest.raises(GlassHolds), person_scope(operator.pk, platform.pk):
        break_glass(tenant_id=cast.sakura_dental.pk, reason=text, lasting=timedelta(hours=1))


@pytest.mark.parametrize("text", GRAVE)
def test_the_glass_breaks_for_a_reason_in_words(cast: Cast, text: str) -> None:
    platform = organisation_make("運用", "platform")
    operator = user_make("op@platform.invalid", platform, "owner")
    with person_scope(operator.pk, platform.pk):
        assert break_glass(tenant_id=cast.sakura_dental.pk, reason=text, lasting=timedelta(hours=1))


def test_the_application_cannot_ask_postgresql_in_a_function_of_its_own(database: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('sec.says_something(text, integer, integer)', 'EXECUTE')")
        assert cursor.fetchone() == (False,)
