"""A vendor bills its job, the office settles it; the amount never changes afterwards."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from pypdf import PdfReader

from incidents.jobsheet.invoicing import due_day
from incidents.jobsheet.selectors import totals_of
from incidents.jobsheet.watches import paid_jobs_close
from incidents.models import Invoice, Job
from tenants.models import Organisation, ProgrammeSettings
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, user_make
from tests.incidents.jobsheets import Phone, logged_in, other_vendor, phone_make
from tests.portal.pages import text_of

NUMBER = "T7000012050002"


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """Reported, 235 minutes."""
    made = phone_make(cast)
    began = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    made.write("time", kind="work", way="on_site", started_at=began, minutes=235)
    made.report()
    return made


def _issue(phone: Phone, *, price: int = 48_000, **fields: Any) -> Any:
    data = {
        "key": str(uuid.uuid4()),
        "number": "K-7",
        "registration": NUMBER,
        "tax_included": "1",
        "rounding": "down",
        "line0-words": "初動対応(遠隔と訪問)",
        "line0-quantity": "1",
        "line0-unit": "式",
        "line0-rate": "10",
        "line0-unit_price_yen": str(price),
    }
    return phone.client.post(phone.path("invoice/"), data | fields)


def _invoice(phone: Phone) -> Invoice:
    with tenant_scope(phone.job.tenant_id):
        invoice: Invoice = Invoice.objects.exclude(state="void").get()
    return invoice


def test_48000_yen_with_tax_for_235_minutes(phone: Phone) -> None:
    assert _issue(phone).status_code == 302
    invoice = _invoice(phone)
    assert (invoice.total_yen, invoice.tax_yen, invoice.minutes, invoice.on_site) == (48_000, 4_363, 235, True)
    page = text_of(phone.client.get(phone.path("invoice/")).content.decode())
    assert "48,000円" in page
    assert "12,255円" in page  # an hour of it
    paper = PdfReader(BytesIO(phone.client.get(phone.path("invoice.pdf")).content)).pages[0].extract_text()
    for words in ("さくら歯科 御中", "合計 48,000円(税込)", NUMBER, "43,637円", "4,363円", "10%対象"):
        assert words in paper, words


def test_the_paper_says_who_bills_where_to_pay_and_by_when_as_it_was_that_day(phone: Phone, cast: Cast) -> None:
    vendor = Organisation.objects.using(OWNER).filter(pk=cast.vendor.pk)
    vendor.update(
        postal_code="530-0001", prefecture="大阪府", municipality="大阪市北区", address="梅田1-2", phone="06-6944-6000"
    )
    assert "振込口座が登録されていない" in phone.client.get(phone.path("invoice/")).content.decode()
    with person_scope(cast.engineer.pk, cast.vendor.pk), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insurance_bankaccount (organisation_id, bank_code, bank_kana, branch_code, branch_kana, type,"
            " number, holder_kana, client_code, changed_at) VALUES (%s, '0143', 'ﾊﾁｼﾞﾕｳﾆ', '210', 'ﾏﾂﾓﾄ', '1',"
            " '1234567', 'ｶﾜﾍﾞｼｽﾃﾑ(ｶ', '', now())",
            [cast.vendor.pk],
        )
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    _issue(phone, due_on=due)
    vendor.update(name="名を変えたあと", phone="06-0000-0000")
    text = PdfReader(BytesIO(phone.client.get(phone.path("invoice.pdf")).content)).pages[0].extract_text()
    paper = "".join(text.split())
    on = date.fromisoformat(due)
    for words in (
        "川辺システム",
        "〒530-0001大阪府大阪市北区梅田1-2",
        "電話06-6944-6000",
        f"支払期限{on.year}年{on.month}月{on.day}日",
        "ハチジユウニ(0143)マツモト支店(210)普通1234567",
        "名義カワベシステム(カ",
        "取引の日",
        "適格請求書(インボイス)です",
    ):
        assert words in paper, words


def test_a_member_who_may_write_issues_an_invoice_with_the_account_only_owners_see(phone: Phone, cast: Cast) -> None:
    with person_scope(cast.engineer.pk, cast.vendor.pk), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insurance_bankaccount (organisation_id, bank_code, bank_kana, branch_code, branch_kana, type,"
            " number, holder_kana, client_code, changed_at) VALUES (%s, '0143', 'x', '210', 'x', '1', '1234567', 'x',"
            " '', now())",
            [cast.vendor.pk],
        )
    phone.client = logged_in(user_make("member@vendor.invalid", cast.vendor, role="member"))
    _issue(phone)
    assert _invoice(phone).issuer["account"]["number"] == "1234567"


@pytest.mark.parametrize(("issued", "due"), [((2026, 11, 28), (2026, 12, 31)), ((2026, 1, 31), (2026, 2, 28))])
def test_an_invoice_is_due_at_the_end_of_the_next_month(issued: tuple[int, ...], due: tuple[int, ...]) -> None:
    assert due_day(date(*issued)) == date(*due)


def test_an_exempt_vendor_shows_no_tax(phone: Phone) -> None:
    _issue(phone, registration="")
    invoice = _invoice(phone)
    assert (invoice.total_yen, invoice.tax_yen, totals_of(invoice)) == (48_000, 0, [])
    paper = PdfReader(BytesIO(phone.client.get(phone.path("invoice.pdf")).content)).pages[0].extract_text()
    assert "免税事業者" in paper
    assert "ではありません" in paper
    assert "10%" not in paper


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"registration": "T7000012050003"}, "登録番号が正しくありません"),
        ({"line0-unit_price_yen": "-100"}, "請求する明細がありません"),
        ({"line0-words": ""}, "明細の内容"),
    ],
)
def test_a_wrong_invoice_is_not_issued_and_says_what_to_do(phone: Phone, fields: dict[str, Any], words: str) -> None:
    answer = _issue(phone, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with tenant_scope(phone.job.tenant_id):
        assert not Invoice.objects.exists()


def test_a_job_is_billed_once_and_only_after_it_was_reported(phone: Phone, cast: Cast) -> None:
    key = str(uuid.uuid4())
    _issue(phone, key=key)
    _issue(phone, key=key)
    _issue(phone, price=50_000)
    assert _invoice(phone).total_yen == 48_000
    with tenant_scope(phone.job.tenant_id):
        assert Invoice.objects.count() == 1


def test_an_unreported_job_cannot_be_billed(cast: Cast) -> None:
    fresh = phone_make(cast)
    assert _issue(fresh).status_code == 302
    with tenant_scope(fresh.job.tenant_id):
        assert not Invoice.objects.exists()


def test_the_office_sends_it_back_and_the_vendor_withdraws_it_and_issues_another(phone: Phone, cast: Cast) -> None:
    _issue(phone, price=58_000)
    office = logged_in(cast.clerk)
    wrong = _invoice(phone)
    office.post(f"/office/invoices/{wrong.pk}/", {"to": "returned", "reason": ""})
    assert _invoice(phone).state == "issued"
    office.post(f"/office/invoices/{wrong.pk}/", {"to": "returned", "reason": "見積りと違います"})
    assert "見積りと違います" in phone.client.get(phone.path("invoice/")).content.decode()
    phone.client.post(phone.path("invoice/withdraw/"), {"reason": "金額の誤り"})
    _issue(phone)
    assert _invoice(phone).total_yen == 48_000
    with tenant_scope(phone.job.tenant_id):
        assert Invoice.objects.get(pk=wrong.pk).state == "void"


def test_the_office_sees_amount_vendor_job_and_what_stays_and_settles(phone: Phone, cast: Cast) -> None:
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
        reason="必要なため",
        values={"vendor_fee_on_site": 15_000, "vendor_fee_hour": 6_000},
        changed_by=cast.clerk,
    )
    _issue(phone)
    office = logged_in(cast.clerk)
    page = text_of(office.get("/office/invoices/").content.decode())
    for words in ("川辺システム 作業7番", "さくら歯科", "48,000円", "38,500円", "9,500円"):
        assert words in page, words
    office.post(f"/office/invoices/{_invoice(phone).pk}/", {"to": "settled"})
    assert _invoice(phone).state == "settled"
    phone.client.post(phone.path("invoice/withdraw/"), {"reason": "必要なため"})
    assert _invoice(phone).state == "settled"


def test_a_signed_job_is_closed_once_its_invoice_is_settled(phone: Phone, cast: Cast) -> None:
    _issue(phone)
    cast_office = logged_in(cast.clerk)
    cast_office.post(f"/office/invoices/{_invoice(phone).pk}/", {"to": "settled"})
    assert paid_jobs_close(now=timezone.now()) == 0
    assert phone.state() == "reported"
    sign = phone.client.get(phone.path("report/sign/")).context["form"].initial["sha256"]
    data = {"key": str(uuid.uuid4()), "sha256": sign, "name": "桜井", "seen": "on", "strokes": "[]"}
    phone.client.post(phone.path("report/sign/"), data)
    assert paid_jobs_close(now=timezone.now()) == 1
    assert phone.state() == "closed"


def test_nobody_changes_an_amount_or_settles_what_is_not_theirs(phone: Phone, cast: Cast) -> None:
    _issue(phone)
    with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(phone.job.tenant_id):
        Invoice.objects.update(total_yen=1)
    with pytest.raises(DatabaseError, match="row-level security"), person_scope(phone.user.pk, phone.vendor.pk):
        Invoice.objects.update(state="settled")
    for client in (phone.client, logged_in(cast.hanako), logged_in(cast.agent)):
        assert client.get("/office/invoices/").status_code == 404
        assert client.post(f"/office/invoices/{_invoice(phone).pk}/", {"to": "settled"}).status_code == 404
    assert other_vendor(cast).get(phone.path("invoice.pdf")).status_code == 404


def test_what_the_programme_pays_is_addressed_to_its_office(cast: Cast) -> None:
    phone = phone_make(cast, kind=Job.Kind.INSTALLATION, way=Job.Way.ON_SITE)
    phone.write("time", kind="work", way="on_site", started_at=datetime.now(UTC).isoformat(), minutes=60)
    phone.report()
    assert _issue(phone).status_code == 302
    paper = PdfReader(BytesIO(phone.client.get(phone.path("invoice.pdf")).content)).pages[0].extract_text()
    assert f"{cast.office.name} 御中" in paper
    assert "さくら歯科での作業" in paper
