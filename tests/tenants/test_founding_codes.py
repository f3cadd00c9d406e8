"""A programme is founded in the browser by whoever holds the operator's one-time code, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from tenants.founding import code_make, draft_keep, draft_of, founding_by_key, founding_redeem, programme_make
from tenants.models import Founding
from tests.factories import Cast

OFFICE = {"name": "さいしょ商工会議所"}
PROGRAMME: dict[str, Any] = {
    "name": "さいしょお助け隊",
    "desk_name": "窓口",
    "desk_phone": "03-1234-5678",
    "desk_email": "desk@saisho.invalid",
    "fiscal_year_start_month": 4,
}


def test_a_code_works_once_however_it_is_typed(database: None) -> None:
    code = code_make(now=timezone.now())
    typed = f" {code.words.lower().replace('-', ' ')} "
    assert founding_redeem(code=typed, now=timezone.now())
    assert founding_redeem(code=code.words, now=timezone.now()) is None


def test_a_code_is_over_after_a_day_and_only_its_hash_is_kept(database: None) -> None:
    code = code_make(now=timezone.now() - timedelta(hours=25))
    assert founding_redeem(code=code.words, now=timezone.now()) is None
    kept = str(list(Founding.objects.using("owner").values_list()))
    assert code.words not in kept
    assert code.words.replace("-", "") not in kept


def test_where_a_programme_is_there_is_no_code_and_no_page(cast: Cast) -> None:
    code = code_make(now=timezone.now())
    assert founding_redeem(code=code.words, now=timezone.now()) is None
    assert Client().get("/begin/").status_code == 404
    with pytest.raises(CommandError, match="consortium init"):
        call_command("consortium", "code", stdout=StringIO())


def test_a_new_code_continues_what_was_typed_and_ends_the_first_key(database: None) -> None:
    first = founding_redeem(code=code_make(now=timezone.now()).words, now=timezone.now())
    assert first
    with founding_by_key(first):
        assert draft_keep({"programme": {"name": "とちゅう"}})
    second = founding_redeem(code=code_make(now=timezone.now()).words, now=timezone.now())
    assert second
    with founding_by_key(first):
        assert draft_of() is None
    with founding_by_key(second):
        assert draft_of() == {"programme": {"name": "とちゅう"}}


def test_without_the_key_nothing_is_read_or_founded(database: None) -> None:
    key = founding_redeem(code=code_make(now=timezone.now()).words, now=timezone.now())
    assert key
    with founding_by_key("guessed"):
        assert draft_of() is None
        assert not draft_keep({"x": 1})
        assert programme_make(office=OFFICE, **PROGRAMME) is None
    with founding_by_key(key):
        assert programme_make(office=OFFICE, **PROGRAMME) is not None
        assert programme_make(office=OFFICE, **PROGRAMME | {"name": "もう1つ"}) is None


@pytest.mark.parametrize("statement", ["SELECT * FROM tenants_founding", "UPDATE tenants_founding SET draft = '{}'"])
def test_the_application_has_no_right_on_codes_and_keys(database: None, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_wrong_codes_are_counted(database: None) -> None:
    client = Client()
    answers = [client.post("/begin/", {"code": f"AAAAA-{number:05}"}).status_code for number in range(11)]
    assert set(answers[:10]) == {422}
    assert answers[10] == 429


def test_right_codes_are_not(database: None) -> None:
    for _number in range(12):
        assert Client().post("/begin/", {"code": code_make(now=timezone.now()).words}).status_code == 302
