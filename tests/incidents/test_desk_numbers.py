"""A caller's number finds its firm in whatever form either is written."""

from __future__ import annotations

import pytest

from base.phone_numbers import NEAR, SAME, closeness, is_hidden, number_of, numbers_in
from incidents.desk.lookup import firms_by_number, firms_matching
from tenants.models import Organisation
from tenants.tenancy.scope import person_scope
from tests.factories import OWNER, Cast

FORMS = [
    "06-6944-6000",
    "0669446000",
    "+81 6-6944-6000",
    "+81669446000",
    "06-6944-6000",
    "06/6944/6000",
    "06 6944 6000",
    "(06)6944-6000",
    "06-6944-6000(代表)",
    "06-6944-6000 内線 12",
    "06ー6944ー6000",
    "TEL:06-6944-6000",
    '"06-6944-6000" <sip:0669446000@pbx.invalid>',
    '"さくら歯科" <sip:+81669446000@pbx.invalid;user=phone>',
    '"06-6944-6000" <sip:201@pbx.invalid>',
    "TEL 06-6944-6000 FAX 06-6944-6009",
    "FAX 06-6944-6009 TEL 06-6944-6000",
    "06-6944-6000(内12)",
    "06-6944-6000（内線:12）",
    "０６（６９４４）６０００",
    "06-6944-6000(平日9:00-18:00)",
    "代表 06-6944-6000",
    "sip:0669446000@pbx.invalid",
    "tel:+81-6-6944-6000",
    "06‐6944‐6000",
    "0-06-6944-6000",
    "00669446000",
    "184-06-6944-6000",
    "1860669446000",
    "0081-6-6944-6000",
    "06・6944・6000",
    "06-6944-6000(直通)",
    "sip:00669446000@pbx.invalid",
    "+0669446000",
    "sip:%2B81669446000@pbx.invalid",
    "tel:+81669446000;cpc=payphone",
]


@pytest.mark.parametrize("written", FORMS)
def test_every_form_is_the_same_number(written: str) -> None:
    phone = number_of(written)
    assert phone is not None
    assert phone.e164 == "+81669446000"


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("06-6944-6000 / 090-1234-5678", ["+81669446000", "+819012345678"]),
        ("06-6944-6000、06-6944-6001", ["+81669446000", "+81669446001"]),
        ("本社の電話", []),
        ("", []),
        ("119", []),
        ("TEL 06-6944-6000 FAX 06-6944-6001", ["+81669446000", "+81669446001"]),
        ("電話:06-6944-6000 携帯:090-1234-5678", ["+81669446000", "+819012345678"]),
        ("6944-6000", []),
        ("06-6944-60000", []),
        ("sip:anonymous@anonymous.invalid", []),
    ],
)
def test_several_numbers_in_one_field_and_none(written: str, numbers: list[str]) -> None:
    assert [number.e164 for number in numbers_in(written)] == numbers


def test_a_direct_line_is_near_its_main_number_but_mobiles_are_not_near_each_other() -> None:
    assert closeness("+81669446012", "+81669446000") == NEAR
    assert closeness("+81669446000", "+81669446000") == SAME
    assert closeness("+81669446112", "+81669446000") == 0
    for mobile_or_free in ("+8190123456", "+8160123456", "+8150312345", "+81120000", "+81570000"):
        assert closeness(f"{mobile_or_free}712", f"{mobile_or_free}700") == 0


@pytest.mark.parametrize(
    "shown",
    [
        "非通知",
        "非通知設定",
        "番号非通知",
        "公衆電話",
        "ｺｳｼｭｳﾃﾞﾝﾜ",
        "通知不可能",
        "P",
        "Ｏ",
        "Anonymous",
        "Unknown",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        "sip:Restricted@pbx.invalid",
    ],
)
def test_a_caller_who_shows_no_number_is_no_mistyped_number(shown: str) -> None:
    assert is_hidden(shown)


@pytest.mark.parametrize("shown", ["06-6944-6000", '"Unknown" <sip:0669446000@pbx.invalid>', "", "さくら歯科"])
def test_a_number_that_is_shown_is_not_hidden(shown: str) -> None:
    assert not is_hidden(shown)


@pytest.mark.parametrize("written", ["0077-123-4567", "0066-944-6000", "00777-80-0123"])
def test_a_carriers_own_number_is_not_one_of_a_town(written: str) -> None:
    assert not {number.e164[:5] for number in numbers_in(written)} & {"+8177", "+8166"}


@pytest.mark.parametrize("called_from", FORMS)
@pytest.mark.parametrize("kept", ["06-6944-6000", "+81 6 6944 6000(代表)", "090-1234-5678/06-6944-6000"])
def test_the_desk_finds_the_firm(cast: Cast, called_from: str, kept: str) -> None:
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(phone=kept)
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert [(match.firm.name, match.sure) for match in firms_by_number(called_from)] == [("さくら歯科", True)]
        assert firms_matching(called_from) == [cast.sakura_dental.pk]


def test_two_firms_with_one_number_are_both_told_and_a_near_one_stands_behind(cast: Cast) -> None:
    both = [cast.sakura_dental.pk, cast.yamada_works.pk]
    Organisation.objects.using(OWNER).filter(pk__in=both).update(phone="06-6944-6000")
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert [match.firm.pk for match in firms_by_number("0669446000")] == both
        assert [match.sure for match in firms_by_number("0669446012")] == [False, False]


def test_a_firm_that_is_not_this_desks_is_not_found(cast: Cast) -> None:
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(phone="06-6944-6000")
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        assert firms_by_number("06-6944-6000") == []
    assert not Organisation.objects.filter(phone="06-6944-6000").exists()
