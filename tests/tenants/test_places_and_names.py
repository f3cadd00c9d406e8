"""A postal code fills in the place, counts have an end, and staff find a firm however its name is typed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from base.identity import is_kana, search_fold
from base.places import Place, municipality_code, places_of
from incidents.desk.lookup import firms_matching
from tenants.models import Application, Organisation
from tenants.tenancy.scope import person_scope
from tests.access.world import superuser
from tests.factories import Cast, organisation_make
from tests.tenants.people import log_in

FIRM = {
    "name": "髙﨑商店",
    "name_kana": "たかさきしょうてん",
    "corporate_number": "",
    "postal_code": "604-8571",
    "address": "寺町通御池上る",
    "phone": "075-000-0102",
    "staff_count": "6",
    "pc_count": "4",
    "contact_name": "髙﨑 守",
    "contact_kana": "たかさき まもる",
    "email": "t@takasaki.invalid",
}


def test_a_postal_code_knows_prefecture_municipality_and_code() -> None:
    assert places_of("１０５－００１１") == [Place("東京都", "港区", "13103", "芝公園")]
    assert places_of("060-0042")[0].code == "01101"
    assert [place.code for place in places_of("498-0000")] == ["23235", "24303"], "one code, two prefectures"
    assert places_of("000-0000") == places_of("12") == places_of("") == []


@pytest.mark.parametrize(
    ("prefecture", "municipality", "code"),
    [("三重県", "桑名郡木曽岬町", "24303"), ("愛知県", "弥富市", "23235"), ("東京都", "港区", ""), ("", "", "")],
)
def test_the_code_is_that_of_the_place_people_wrote(prefecture: str, municipality: str, code: str) -> None:
    assert municipality_code(written="4980000", prefecture=prefecture, municipality=municipality) == code


@pytest.mark.parametrize(
    ("postal_code", "prefecture", "municipality", "code"),
    [
        ("301-0004", "茨城県", "龍ヶ崎市", "08208"),
        ("301-0004", "茨城県", "竜ケ崎市若柴町", "08208"),
        ("985-0002", "宮城県", "塩釜市", "04203"),
        ("190-0201", "東京都", "西多摩郡桧原村", "13307"),
        ("498-0000", "三重県", "木曽岬町", "24303"),
        ("604-8571", "京都府", "京都府京都市 中京区", "26104"),
        ("604-8571", "京都府", "京都市", "26104"),
        ("105-0011", "東京都", "市", ""),
        ("105-0011", "東京都", "中央区", ""),
    ],
)
def test_a_place_is_known_however_its_people_write_it(
    postal_code: str, prefecture: str, municipality: str, code: str
) -> None:
    """Without its code no vendor of the place is offered to the firm."""
    assert municipality_code(written=postal_code, prefecture=prefecture, municipality=municipality) == code


def test_the_form_asks_the_list_and_keeps_what_was_typed_when_it_does_not_know(database: None) -> None:
    form = Client().get("/place/", {"postal_code": "1050011"}).content.decode()
    assert '<option value="東京都" selected>' in form
    assert 'value="港区"' in form
    unknown = Client().get("/place/", {"postal_code": "0000000", "municipality": "若葉市"}).content.decode()
    assert 'value="若葉市"' in unknown


def test_without_javascript_the_place_is_filled_in_when_the_form_arrives(cast: Cast) -> None:
    answer = Client().post(f"/apply/{cast.programme.pk}/", FIRM)
    assert answer.status_code == 302
    with person_scope(cast.clerk.pk, cast.office.pk):
        made = Application.objects.get()
    assert (made.prefecture, made.municipality, made.municipality_code) == ("京都府", "京都市中京区", "26104")


def test_the_code_goes_with_the_firm_that_is_approved(cast: Cast) -> None:
    Client().post(f"/apply/{cast.programme.pk}/", FIRM)
    with person_scope(cast.clerk.pk, cast.office.pk):
        number = Application.objects.get().pk
    clerk = Client()
    clerk.force_login(cast.clerk)
    clerk.post(f"/office/applications/{number}/", {"action": "approve"})
    assert Organisation.objects.using("owner").get(name="髙﨑商店").municipality_code == "26104"


@pytest.mark.parametrize("typed", ["〒604-8571", "〒６０４－８５７１", "郵便番号 604−8571"])
def test_a_postal_code_and_a_firms_number_may_be_typed_with_all_that_stands_around_them(cast: Cast, typed: str) -> None:
    number = "法人番号：T1-1803-0101-8771"
    answer = Client().post(f"/apply/{cast.programme.pk}/", FIRM | {"postal_code": typed, "corporate_number": number})
    assert answer.status_code == 302
    with person_scope(cast.clerk.pk, cast.office.pk):
        made = Application.objects.get()
    assert (made.postal_code, made.corporate_number) == ("604-8571", "1180301018771")


@pytest.mark.parametrize(
    ("typed", "fits"), [("みすゞしょうじ", True), ("イスヾ", True), ("・", False), ("ー", False), ("()", False)]
)
def test_a_reading_is_kana_and_not_marks_alone(typed: str, fits: bool) -> None:
    assert is_kana(typed) == fits


def test_an_unknown_postal_code_still_needs_the_place(cast: Cast) -> None:
    page = Client().post(f"/apply/{cast.programme.pk}/", FIRM | {"postal_code": "000-0000"})
    assert set(page.context["form"].errors) == {"prefecture", "municipality"}


@pytest.mark.parametrize("count", ["100000", "2147483648", "99999999999999999999", "-1"])
def test_counts_have_an_end(cast: Cast, count: str) -> None:
    page = Client().post(f"/apply/{cast.programme.pk}/", FIRM | {"staff_count": count})
    assert set(page.context["form"].errors) == {"staff_count"}
    owner = log_in("hanako@sakura.invalid")
    edited = owner.post("/organisation/edit/", {"name": "さくら歯科", "name_kana": "さくら", "pc_count": count})
    assert "pc_count" in edited.context["form"].errors


@pytest.mark.parametrize("typed", ["髙﨑", "高崎", "高﨑", "タカサキ", "ﾀｶｻｷ", "たかさき", "ＩＴ", "it"])
def test_the_desk_finds_a_firm_however_its_name_is_typed(cast: Cast, typed: str) -> None:
    firm = organisation_make("髙﨑ＩＴ商店", name_kana="タカサキしょうてん")
    matches = Organisation.objects.using("owner").filter(search_name__contains=search_fold(typed))
    assert [match.pk for match in matches] == [firm.pk]


def test_the_queue_searches_in_it(cast: Cast) -> None:
    Organisation.objects.using("owner").filter(pk=cast.sakura_dental.pk).update(name="髙﨑歯科")
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert firms_matching("高崎") == [cast.sakura_dental.pk]


def test_postgresql_and_python_fold_alike(database: None) -> None:
    signs = [chr(code) for code in (*range(0x20, 0x7F), *range(0x3000, 0x3400), *range(0xFF00, 0xFFF0))]
    text = "".join(signs) + "髙﨑𠮷邊邉齋齊斎濵濱嶋嶌澤廣國眞惠櫻瀨德淸龍ガギがぎﾊﾟ㍿①"
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT sec.search_fold(%s)", [text])
        assert cursor.fetchone()[0] == search_fold(text)
    server.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.search_fold('Ａ')")
        assert cursor.fetchone()[0] == "a"
