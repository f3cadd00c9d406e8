"""An office enters its firms by a file: every error explained first, nothing half, nothing twice, and the list back."""

from __future__ import annotations

import io
from statistics import median
from time import monotonic
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from openpyxl import Workbook, load_workbook

from tenants.firm_lists import list_step, lists_step
from tenants.firm_table import COLUMNS
from tenants.models import AccessGrant, AuditEvent, Enrolment, FirmList, Invitation, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, totp_make, user_make
from tests.tenants.people import log_in, mails_of

PAGE = "/office/firms/enter/"
HEADINGS = [headings[0] for headings in COLUMNS.values()]
# OSK 表3-2: 53 firms of three prefectures, and how many people work in them.
PLACES = [("滋賀県", "大津市", "520-0047")] * 12 + [("奈良県", "奈良市", "630-8213")] * 18
PLACES += [("和歌山県", "和歌山市", "640-8567")] * 23
STAFF = [3] * 21 + [8] * 6 + [15] * 11 + [35] * 8 + [80] + [150] * 4 + [250] * 2
INDUSTRIES = ("製造業", "建設業", "卸売業・小売業", "R")


def _line(number: int, place: tuple[str, str, str] = PLACES[0], **change: Any) -> list[Any]:
    prefecture, municipality, code = place
    values = dict.fromkeys(COLUMNS, "") | {
        "name": f"みほん{number:04}工業",
        "name_kana": "みほんこうぎょう",
        "postal_code": code,
        "prefecture": prefecture,
        "municipality": municipality,
        "phone": f"06-6944-{number:04}",
        "industry": INDUSTRIES[number % 4],
        "staff_count": STAFF[number % 53],
        "pc_count": 10,
        "contact_name": "見本 花",
        "email": f"firm{number}@mihon.invalid",
        "chamber_member": "はい",
    }
    values |= change
    return [values[name] for name in COLUMNS]


FIRMS = [_line(number, place) for number, place in enumerate(PLACES, start=1)]
BROKEN = [
    _line(60, name=""),
    _line(61, phone="12"),
    _line(62, email="nobody"),
    _line(63, prefecture="大坂府"),
    _line(64, corporate_number="1234567890123"),
    FIRMS[0],
]


def _book(lines: list[list[Any]], name: str = "名簿.xlsx") -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in [HEADINGS, *lines]:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return log_in(cast.clerk.email, secret=totp_make(cast.clerk))


def _firms(cast: Cast) -> int:
    with person_scope(cast.clerk.pk, cast.office.pk):
        return Enrolment.objects.filter(programme=cast.programme).count()


def _waiting() -> FirmList:
    return FirmList.objects.using(OWNER).latest("pk")


def _take(client: Client, **more: str) -> None:
    assert client.post(f"{PAGE}look/", {"list": _waiting().pk, "action": "take", **more}).status_code == 302


def test_the_preview_explains_every_broken_line_and_enters_nothing(cast: Cast, clerk: Client) -> None:
    before = _firms(cast)
    assert clerk.post(PAGE, {"file": _book(FIRMS + BROKEN)}).status_code == 302
    page = clerk.get(f"{PAGE}look/").content.decode()
    assert "53社を登録できます" in page
    for line, words in (
        (55, "空です。この列は必ず入れてください。"),
        (56, "市外局番から入れます"),
        (57, "メールアドレスとして読めません"),
        (58, "「大阪府」のように"),
        (59, "13桁の数字を確かめるか、空にしてください"),
        (60, "同じ会社が2行目にあります"),
    ):
        assert words in page, words
        assert f">{line}</th>" in page, line
    assert [error[0] for error in _waiting().errors] == [55, 56, 57, 58, 59, 60]
    assert _firms(cast) == before
    assert clerk.post(f"{PAGE}look/", {"list": _waiting().pk, "action": "drop"}).status_code == 302
    assert _firms(cast) == before


def test_taken_it_comes_in_step_by_step_with_the_grants_of_office_and_desk(cast: Cast, clerk: Client) -> None:
    before = _firms(cast)
    clerk.post(PAGE, {"file": _book(FIRMS + BROKEN)})
    _take(clerk)
    assert "会社を登録しています" in clerk.get(f"{PAGE}going/").content.decode()
    answer = clerk.post(f"{PAGE}going/", headers={"HX-Request": "true"})
    assert "53社を登録しました" in answer.content.decode()
    assert _firms(cast) == before + 53
    with person_scope(cast.clerk.pk, cast.office.pk):
        rows = Enrolment.objects.filter(programme=cast.programme, tenant__name__startswith="みほん")
        by_place = [rows.filter(tenant__prefecture=name).count() for name in ("滋賀県", "奈良県", "和歌山県")]
        by_size = [rows.filter(tenant__staff_count=count).count() for count in dict.fromkeys(STAFF)]
        firm = rows.get(tenant__name="みほん0001工業")
        assert (firm.tenant.industry, firm.tenant.phone_e164, firm.chamber_member) == ("D", "+81669440001", True)
        assert firm.tenant.municipality_code == "25201"
    assert by_place == [12, 18, 23]
    assert by_size == [21, 6, 11, 8, 1, 4, 2]
    with tenant_scope(firm.tenant_id):
        grants = set(AccessGrant.objects.filter(tenant_id=firm.tenant_id).values_list("grantee_id", "capability"))
        assert AuditEvent.objects.filter(tenant_id=firm.tenant_id, code="firm.entered").count() == 1
    assert grants == {(cast.office.pk, "office"), (cast.desk.pk, "desk")}


def test_the_same_file_twice_makes_no_doubles(cast: Cast, clerk: Client) -> None:
    for _time in range(2):
        clerk.post(PAGE, {"file": _book(FIRMS)})
        _take(clerk)
        clerk.post(f"{PAGE}going/")
    assert Organisation.objects.using(OWNER).filter(name__startswith="みほん0").count() == 53
    clerk.post(PAGE, {"file": _book([*FIRMS, _line(70)])})
    page = clerk.get(f"{PAGE}look/").content.decode()
    assert "1社を登録できます" in page
    assert "もう参加している" in page


def test_a_number_makes_it_the_same_firm_under_another_name(cast: Cast, clerk: Client) -> None:
    for name in ("みほん旧", "みほん新"):
        clerk.post(PAGE, {"file": _book([_line(1, name=name, corporate_number="8700110005901")])})
        assert _waiting().errors == []
        _take(clerk)
        clerk.post(f"{PAGE}going/")
    assert Organisation.objects.using(OWNER).filter(corporate_number="8700110005901").count() == 1


def test_people_are_invited_only_when_the_office_wants_it(cast: Cast, clerk: Client) -> None:
    clerk.post(PAGE, {"file": _book(FIRMS[:1])})
    _take(clerk)
    clerk.post(f"{PAGE}going/")
    assert not Invitation.objects.using(OWNER).filter(email="firm1@mihon.invalid").exists()
    clerk.post(PAGE, {"file": _book(FIRMS[1:2])})
    _take(clerk, invites="1")
    clerk.post(f"{PAGE}going/")
    firm = Organisation.objects.using(OWNER).get(name="みほん0002工業")
    assert [mail.to for mail in mails_of(firm.pk, "invitation")] == ["firm2@mihon.invalid"]


def test_a_list_goes_on_when_nobody_looks_and_a_step_that_fails_enters_nothing(cast: Cast, clerk: Client) -> None:
    before = _firms(cast)
    clerk.post(PAGE, {"file": _book(FIRMS)})
    kept = _waiting()
    kept.rows[5]["contract_start"] = "2027-13-01"
    kept.save(using=OWNER)
    _take(clerk)
    with pytest.raises(DatabaseError):
        list_step(list_id=kept.pk)
    assert _firms(cast) == before
    kept.rows[5]["contract_start"] = ""
    FirmList.objects.using(OWNER).filter(pk=kept.pk).update(rows=kept.rows)
    assert list_step(list_id=kept.pk, most=20) == 20
    assert _firms(cast) == before + 20
    from django.utils import timezone

    assert lists_step(now=timezone.now()) == 33
    assert _firms(cast) == before + 53


def test_only_an_owner_of_the_office_does_it_and_no_list_is_taken_twice(cast: Cast, clerk: Client) -> None:
    clerk.post(PAGE, {"file": _book(FIRMS[:1])})
    number = _waiting().pk
    for person, home in ((user_make("m@office.invalid", cast.office, "member"), cast.office), (cast.agent, None)):
        other = log_in(person.email, secret=totp_make(person))
        assert other.get(PAGE).status_code == 404, home
        assert other.post(f"{PAGE}look/", {"list": number, "action": "take"}).status_code == 404
    assert list_step(list_id=number) == 0
    _take(clerk)
    clerk.post(f"{PAGE}look/", {"list": number, "action": "drop"})
    assert _waiting().dropped_at is None


def test_the_list_that_is_saved_can_be_read_again(cast: Cast, clerk: Client) -> None:
    clerk.post(PAGE, {"file": _book(FIRMS)})
    _take(clerk)
    clerk.post(f"{PAGE}going/")
    saved = b"".join(clerk.get(f"{PAGE}list.xlsx").streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(saved)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADINGS
    assert sheet.max_row == 1 + _firms(cast)
    clerk.post(PAGE, {"file": SimpleUploadedFile("list.xlsx", saved)})
    again = _waiting()
    # The two firms of the scene have no telephone and a prefecture that does not exist.
    assert {error[0] for error in again.errors} == {2, 3}
    assert len(again.rows) == 53
    assert "0社を登録できます" in clerk.get(f"{PAGE}look/").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ファイルに何もありません"),
        ("会社名,住所\r\nみほん,大津\r\n".encode(), "見出しの行が見つかりません"),
        ("会社名,電話番号,メールアドレス\r\n".encode(), "会社の行がありません"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(cast: Cast, clerk: Client, content: bytes, words: str) -> None:
    answer = clerk.post(PAGE, {"file": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not FirmList.objects.using(OWNER).exists()


def test_five_thousand_firms_come_in_and_the_last_cost_what_the_first_do(cast: Cast, clerk: Client) -> None:
    lines = [_line(number, phone=f"06-6944-{number:04}") for number in range(5_000)]
    clerk.post(PAGE, {"file": _book(lines)})
    assert len(_waiting().rows) == 5_000
    _take(clerk)
    number, took = _waiting().pk, []
    gone = 1
    while gone:
        began = monotonic()
        gone = list_step(list_id=number)
        took.append(monotonic() - began)
    assert _waiting().made == 5_000
    assert min(took[-6:-1]) < 3 * median(took[:5])
