"""What office, outreach desk and operators meet first, and how an operator opens a firm in an emergency."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from base import spreadsheet_stream
from notifications.models import OutboxMessage
from portal.ui import partner_home
from tenants.consents import consent_give, consent_revoke
from tenants.models import AccessGrant, Organisation, User
from tenants.programme_settings import settings_publish
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import OWNER, Cast, Kind
from tests.portal.help_stage import Browser, browser

WHY = "書き込みが止まったため確認します"

pytestmark = pytest.mark.usefixtures("database")


def agree(cast: Cast, group: str) -> None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        consent_give(tenant_id=cast.sakura_dental.pk, field_group=group, by=cast.hanako)


def test_the_office_reads_what_waits_and_finds_every_firm(cast: Cast) -> None:
    clerk = browser(cast.clerk)
    home = clerk.read("/")
    assert "いま、していただくことはありません" in home
    assert "参加企業は2社です" in home
    firms = clerk.read("/office/firms/")
    assert cast.sakura_dental.name in firms
    assert cast.yamada_works.name in firms


def test_the_office_reads_that_nobody_has_decided_when_its_desk_answers_the_phone(cast: Cast) -> None:
    clerk = browser(cast.clerk)
    missing = "相談窓口の受付時間を、まだ決めていません。会社には「月〜金 9:00〜18:00(祝日・年末年始を除く)」"
    assert missing in clerk.read("/")
    with person_scope(cast.clerk.pk, cast.office.pk):
        settings_publish(
            programme=cast.programme, values={"phone_hours": "毎日 8:00-20:00"}, reason="開く時間", by=cast.clerk
        )
    assert missing not in clerk.read("/")


def test_the_office_sees_how_a_firm_is_watched_only_while_the_firm_agrees(cast: Cast) -> None:
    clerk = browser(cast.clerk)
    assert "0社が見守りの状態を" in clerk.read("/office/firms/")
    agree(cast, "watching")
    assert "1社が見守りの状態を" in clerk.read("/office/firms/")
    answer = clerk.client.get("/office/firms.csv")
    lines = answer.getvalue().decode().splitlines()
    assert [line[-28:] for line in lines if cast.sakura_dental.name in line] == ['"1","2026-01-01 09:00","",""']
    assert [line[-12:] for line in lines if cast.yamada_works.name in line] == [',"","","",""']
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert consent_revoke(tenant_id=cast.sakura_dental.pk, field_group="watching", by=cast.hanako)
    assert "0社が見守りの状態を" in clerk.read("/office/firms/")


def test_the_office_finds_a_firm_by_place_size_and_number_and_opens_it(cast: Cast) -> None:
    about: Any = {"prefecture": "長野県", "municipality": "松本市", "staff_count": 12, "phone": "0263-12-3456"}
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(**about)
    clerk = browser(cast.clerk)
    page = clerk.read("/office/firms/")
    assert "長野県松本市" in page
    assert "12人" in page
    for words in ("松本", "長野 さくら", "0263123456", "さくら"):
        results = clerk.read(f"/office/firms/?q={words}")
        assert cast.sakura_dental.name in results, words
        assert cast.yamada_works.name not in results, words
    assert "当てはまる会社はありません" in clerk.read("/office/firms/?q=札幌")
    firm = clerk.read(f"/office/firms/{cast.sakura_dental.pk}/")
    assert "見守りの状態を事務局に見せることには、同意していません。" in firm
    assert "0263-12-3456" in firm
    agree(cast, "watching")
    assert "1台" in clerk.read(f"/office/firms/{cast.sakura_dental.pk}/")
    assert clerk.status("/office/firms/999999/") == 404
    saved = clerk.client.get("/office/firms.xlsx?q=松本")
    sheet = load_workbook(io.BytesIO(saved.getvalue()))["参加企業"]
    assert [row[:2] for row in sheet.iter_rows(values_only=True)][1:] == [("さくら歯科", "長野県松本市")]
    assert "松本市" in clerk.client.get("/office/firms.csv").getvalue().decode()


def test_a_long_list_is_sent_in_parts_and_what_the_office_may_no_longer_see_is_not_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_home, "FIRST_PART", 1)
    monkeypatch.setattr(partner_home, "LATER_PARTS", 1)
    monkeypatch.setattr(spreadsheet_stream, "LINES_AT_ONCE", 1)
    whole = browser(cast.clerk).client.get("/office/firms.csv").getvalue().decode()
    assert whole.count(cast.sakura_dental.name) == whole.count(cast.yamada_works.name) == 1
    parts = iter(browser(cast.clerk).client.get("/office/firms.csv"))
    begun = next(parts)
    first, second = sorted((cast.sakura_dental, cast.yamada_works), key=lambda firm: whole.index(firm.name))
    assert first.name in begun.decode()
    AccessGrant.objects.using(OWNER).filter(tenant_id=second.pk, capability="office").delete()
    assert second.name not in b"".join(parts).decode()


def test_firms_read_in_their_trail_that_the_office_saved_the_list(cast: Cast) -> None:
    browser(cast.clerk).client.get("/office/firms.csv").getvalue()
    assert "参加企業の一覧を保存しました" in browser(cast.hanako).read("/audit/")


def test_an_outreach_desk_sees_the_firms_it_introduced_and_no_others(cast: Cast) -> None:
    bank = factories.organisation_make("みどり信用金庫", Kind.OUTREACH)
    person = factories.user_make("kin@bank.invalid", bank)
    assert "紹介した会社はまだありません" in browser(person).read("/")
    factories.grant_make(bank, cast.sakura_dental, AccessGrant.Capability.OUTREACH)
    home = browser(person).read("/")
    assert "紹介した会社は1社です" in home
    assert cast.sakura_dental.name in home
    assert cast.yamada_works.name not in home
    assert browser(person).status("/office/firms/") == 404


def operator_make() -> User:
    return factories.user_make("op@platform.invalid", factories.organisation_make("運用", Kind.PLATFORM))


def proven(person: User) -> Browser:
    """Logged in, and asked a moment ago who they are."""
    client = browser(person)
    session = client.client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def test_an_operator_sees_nothing_until_the_glass_is_broken_and_the_firm_is_told_why(cast: Cast) -> None:
    operator, firm = proven(operator_make()), cast.sakura_dental
    assert "開いている会社はありません" in operator.read("/")
    assert operator.status(f"/glass/{firm.pk}/") == 404
    page = operator.send("/glass/break/", firm=firm.pk, reason=WHY, hours=1)
    assert firm.name in page
    assert WHY in page
    assert "1社のデータを開いています" in operator.read("/")
    assert operator.status(f"/glass/{cast.yamada_works.pk}/") == 404
    with tenant_scope(firm.pk):
        assert WHY in OutboxMessage.objects.get(kind="break_glass").text
    assert "緊急のため、運用担当が記録を開きました" in browser(cast.hanako).read("/audit/")


def test_the_second_its_hours_are_over_the_firm_is_shut_again(cast: Cast) -> None:
    person = operator_make()
    operator = proven(person)
    operator.send("/glass/break/", firm=cast.sakura_dental.pk, reason=WHY, hours=1)
    past = timezone.now() - timedelta(seconds=1)
    grant = AccessGrant.objects.using(factories.OWNER).filter(capability="breakglass")
    with_end = f"[{(past - timedelta(hours=1)).isoformat()},{past.isoformat()})"
    from tests.access.world import superuser

    with superuser() as server, server.cursor() as cursor:
        cursor.execute("UPDATE tenants_accessgrant SET valid = %s::tstzrange WHERE id = %s", (with_end, grant.get().pk))
    assert operator.status(f"/glass/{cast.sakura_dental.pk}/") == 404
    home = operator.read("/")
    assert "開いている会社はありません" in home
    assert cast.sakura_dental.name not in home


def test_who_did_not_prove_who_they_are_is_asked_first(cast: Cast) -> None:
    answer = browser(operator_make()).client.post(
        "/glass/break/", {"firm": cast.sakura_dental.pk, "reason": WHY, "hours": 1}
    )
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert not AccessGrant.objects.using(factories.OWNER).filter(capability="breakglass").exists()


@pytest.mark.parametrize(("firm", "reason"), [(999_999_999, WHY), (None, " "), (0, WHY)])
def test_an_unknown_number_or_no_reason_opens_nothing_and_says_so(cast: Cast, firm: int | None, reason: str) -> None:
    operator = proven(operator_make())
    number = cast.sakura_dental.pk if firm is None else firm
    page = operator.client.post("/glass/break/", {"firm": number, "reason": reason, "hours": 1}).content.decode()
    assert "error" in page
    assert not AccessGrant.objects.using(factories.OWNER).filter(capability="breakglass").exists()


def test_a_firm_finds_the_number_an_operator_needs(cast: Cast) -> None:
    assert f"会社番号{cast.sakura_dental.pk}" in browser(cast.hanako).read("/organisation/")


def test_others_get_no_way_to_break_the_glass(cast: Cast) -> None:
    for person in (cast.hanako, cast.agent, cast.clerk, cast.analyst, cast.engineer):
        assert proven(person).status("/glass/break/") == 404
    assert Client().get("/glass/break/").status_code == 302
    assert Organisation.objects.using(factories.OWNER).filter(kind=Kind.PLATFORM).count() == 0
