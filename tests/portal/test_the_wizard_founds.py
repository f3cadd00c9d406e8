"""The wizard founds a programme step by step; it can be left, resumed and corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tenants.founding import code_make
from tenants.models import Founding, Invitation, Organisation, Programme
from tests.tenants.people import link_in, mails_of

PERSON = {"person__name": "青木 歩", "person__email": "ayumu@aoki.invalid"}
OFFICE = {"name": "あおき商工会議所", "email": "office@aoki.invalid", **PERSON}
DESK = {
    "name": "あおき相談窓口",
    "phone": "0120-000-111",
    "email": "desk@aoki.invalid",
    "hours": "月-金 9:00-18:00",
    "person__name": "青木 夏",
    "person__email": "natsu@aoki.invalid",
}
SOC = {"name": "あおき監視センター", "person__name": "青木 秋", "person__email": "aki@aoki.invalid"}
VENDOR = {
    "name": "あおきシステム",
    "kinds": ["first_response", "installation"],
    "areas": "大阪府、奈良県",
    "hours": "月-金 9:00-17:00",
    "person__name": "青木 冬",
    "person__email": "fuyu@aoki.invalid",
}
INSURER = {"name": "あおき損保", "premium_yen": 500, "limit_yen": 50000, "claims_per_year": 1}
BANK = {"name": "あおき信金", "branch": "bank"}


@pytest.fixture
def clerk(database: None) -> Client:
    """A browser whose person has entered the code."""
    cache.clear()
    client = Client()
    answer = client.post("/begin/", {"code": code_make(now=timezone.now()).words})
    assert answer.headers["Location"] == "/begin/programme/"
    return client


def _fill(client: Client, *without: str) -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("programme", {"name": "あおきお助け隊", "fiscal_year_start_month": 4}),
        ("office", OFFICE),
        ("desk", DESK),
        ("socs", SOC),
        ("vendors", VENDOR),
        ("insurers", INSURER),
        ("outreach", BANK),
    ]
    for step, fields in steps:
        if step not in without:
            answer = client.post(f"/begin/{step}/", fields)
            assert answer.status_code == 302, (step, answer.content.decode())


def test_all_steps_and_the_check_list_open_a_programme(clerk: Client) -> None:
    _fill(clerk)
    page = clerk.get("/begin/check/").content.decode()
    assert "この内容で始める" in page
    answer = clerk.post("/begin/check/", follow=True)
    assert "「あおきお助け隊」を始めました" in answer.content.decode()
    programme = Programme.objects.get()
    assert programme.office.name == "あおき商工会議所"
    assert Organisation.objects.using("owner").count() == 6
    assert Invitation.objects.using("owner").count() == 4
    link = link_in(mails_of(programme.office_id, "invitation")[0])
    assert "あおき商工会議所に参加する" in Client().get(link).content.decode()
    assert clerk.get("/begin/").status_code == 404, "it is founded once"
    assert Founding.objects.using("owner").get().draft == {}, "what was typed with people's names is gone"


def test_what_was_typed_is_there_after_coming_back(clerk: Client) -> None:
    _fill(clerk, "insurers", "outreach")
    assert "あおき商工会議所" in clerk.get("/begin/office/").content.decode()
    assert "0120-000-111" in clerk.get("/begin/desk/").content.decode()
    page = clerk.get("/begin/vendors/?entry=1").content.decode()
    assert "大阪府、奈良県" in page
    assert "続きから始める" in clerk.get("/begin/").content.decode()


def test_a_browser_without_the_key_is_sent_to_the_code(database: None) -> None:
    for step in ("programme", "vendors"):
        assert Client().get(f"/begin/{step}/").headers["Location"] == "/begin/"
        assert Client().post(f"/begin/{step}/", OFFICE).headers["Location"] == "/begin/"
    assert Client().post("/begin/check/").headers["Location"] == "/begin/"
    assert Client().get("/begin/done/").status_code == 404


@pytest.mark.parametrize(
    ("step", "change", "words"),
    [
        ("desk", DESK | {"phone": "12"}, "市外局番"),
        ("desk", DESK | {"hours": "朝から"}, "読めません"),
        ("office", OFFICE | {"person__email": ""}, "必須"),
        ("office", OFFICE | {"person__email": "ayumu"}, "メールアドレスとして読めません"),
        ("vendors", VENDOR | {"areas": "大坂府"}, "という都道府県はありません"),
        ("socs", SOC | {"prefectures": "大坂府"}, "使えません"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_kept(
    clerk: Client, step: str, change: dict[str, Any], words: str
) -> None:
    answer = clerk.post(f"/begin/{step}/", change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Founding.objects.using("owner").get().draft == {}


def test_entries_are_corrected_taken_away_and_never_twice(clerk: Client) -> None:
    _fill(clerk)
    assert clerk.post("/begin/vendors/", VENDOR).status_code == 422
    clerk.post("/begin/vendors/", VENDOR | {"entry": "1", "name": "あおきネット"})
    assert "あおきネット" in clerk.get("/begin/vendors/").content.decode()
    clerk.post("/begin/vendors/", {"entry": "1", "action": "remove"})
    assert "あおきネット" not in clerk.get("/begin/vendors/").content.decode()
    assert clerk.get("/begin/vendors/?entry=9").status_code == 404


def test_it_does_not_open_without_a_soc_and_says_where_to_mend_it(clerk: Client) -> None:
    _fill(clerk, "socs")
    page = clerk.get("/begin/check/").content.decode()
    assert "見守るSOCがありません" in page
    assert 'href="/begin/socs/"' in page
    assert clerk.post("/begin/check/").status_code == 200
    assert not Programme.objects.exists()


def test_without_an_insurer_it_opens_with_claims_off(clerk: Client) -> None:
    _fill(clerk, "insurers")
    assert "保険の請求は使えません" in clerk.get("/begin/check/").content.decode()
    clerk.post("/begin/check/")
    assert Programme.objects.exists()
