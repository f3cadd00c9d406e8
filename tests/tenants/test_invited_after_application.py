"""A firm applies; the office says yes (firm, enrolment, grants and invitation at once) or no (with the reason)."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection
from django.test import Client

from base.identity import corporate_number_ok
from tenants.models import AccessGrant, Application, Enrolment, Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, totp_make, user_make
from tests.tenants.people import link_in, log_in, mails_of, words_of

FIRM = {
    "name": "髙﨑木工",
    "name_kana": "たかさきもっこう",
    "corporate_number": "",
    "postal_code": "123-4567",
    "prefecture": "京都府",
    "municipality": "若葉市",
    "address": "1-2-3",
    "phone": "０７５ー０００ー０１０１ 内線12",
    "industry": "E",
    "staff_count": "12",
    "pc_count": "9",
    "contact_name": "髙﨑 守",
    "contact_kana": "たかさき まもる",
    "email": "mamoru@takasaki.invalid",
}


def _apply(cast: Cast, **change: str) -> Client:
    client = Client()
    answer = client.post(f"/apply/{cast.programme.pk}/", FIRM | change)
    assert answer.status_code == 302, answer.content.decode()
    return client


def _stored() -> Application:
    return Application.objects.using("owner").get()


def _clerk(user: User) -> Client:
    return log_in(user.email, secret=totp_make(user))


def test_an_application_keeps_the_names_as_written_and_is_acknowledged(cast: Cast) -> None:
    _apply(cast)
    application = _stored()
    assert (application.name, application.phone_e164, application.state) == ("髙﨑木工", "+81750000101", "waiting")
    assert application.phone.endswith("内線12")
    mail = mails_of(cast.office.pk, "application_received")[0]
    assert mail.to == "mamoru@takasaki.invalid"
    assert "髙﨑 守 様" in words_of(mail)


def test_a_name_keeps_the_form_of_its_kanji_and_turns_nothing_behind_it_round(cast: Cast) -> None:
    _apply(cast, name="\ufa19山 か\u3099ら\u202e店", contact_name="\ufa1b\uf9dc 祐\U000e0100介\u2067")
    application = _stored()
    assert (application.name, application.contact_name) == ("\ufa19山 がら店", "\ufa1b\uf9dc 祐\U000e0100介")


@pytest.mark.parametrize(
    "change",
    [
        {"corporate_number": "1234567890123"},
        {"postal_code": "12"},
        {"phone": "abc"},
        {"name_kana": "TAKASAKI"},
        {"email": "nobody"},
        {"email": "hanako@sakura,co.jp"},
        {"email": "hanako@sakura"},
        {"phone": "6944-6000"},
        {"phone": "06-6944-60000"},
        {"industry": "Z"},
        {"name": ""},
        {"staff_count": "-1"},
        {"prefecture": "みどり県"},
        {"name": "\u202e"},
        {"contact_name": "\u2066\u2069"},
    ],
)
def test_wrong_entries_are_said_and_nothing_is_stored(cast: Cast, change: dict[str, str]) -> None:
    page = Client().post(f"/apply/{cast.programme.pk}/", FIRM | change).content.decode()
    assert 'class="error-summary"' in page
    assert not Application.objects.using("owner").exists()


def test_the_check_digit_of_a_corporate_number() -> None:
    assert corporate_number_ok("7000012050002")  # the number of the agency that hands them out
    assert not corporate_number_ok("8000012050002")
    assert not corporate_number_ok("700001205000")


def test_more_than_a_hundred_machines_are_asked_about_once(cast: Cast) -> None:
    page = Client().post(f"/apply/{cast.programme.pk}/", FIRM | {"pc_count": "140"}).content.decode()
    assert "100台を超える部分" in page
    _apply(cast, pc_count="140", many_pcs="on")
    assert _stored().pc_count == 140


def test_applying_is_throttled(cast: Cast) -> None:
    for _ in range(10):
        _apply(cast)
    assert Client().post(f"/apply/{cast.programme.pk}/", FIRM).status_code == 429


def test_approval_makes_the_firm_its_enrolment_its_grants_and_its_owners_invitation(cast: Cast) -> None:
    _apply(cast)
    client = _clerk(cast.clerk)
    assert "髙﨑木工" in client.get("/office/applications/").content.decode()
    client.post(f"/office/applications/{_stored().pk}/", {"action": "approve"})
    firm = Organisation.objects.using("owner").get(name="髙﨑木工")
    assert (firm.kind, firm.staff_count, firm.phone_e164, firm.industry) == ("sme", 12, "+81750000101", "E")
    with tenant_scope(firm.pk):
        assert Enrolment.objects.get().programme_id == cast.programme.pk
    grants = AccessGrant.objects.using("owner").filter(tenant_id=firm.pk).values_list("grantee_id", "capability")
    assert set(grants) == {(cast.office.pk, "office"), (cast.soc.pk, "watch"), (cast.desk.pk, "desk")}
    mail = mails_of(firm.pk, "invitation")[0]
    assert "参加が承認されました" in mail.subject
    assert "髙﨑 守 様" in words_of(mail)
    owner = Client()
    form = owner.get(link_in(mail)).content.decode()
    assert all(f'value="{part}"' in form for part in ("髙﨑", "守", "たかさき", "まもる"))
    person = {
        "family_name": "髙﨑",
        "given_name": "守",
        "family_name_kana": "たかさき",
        "given_name_kana": "まもる",
        "password": "correct horse 電池",
        "password_again": "correct horse 電池",
    }
    assert owner.post(link_in(mail), person).url == "/account/welcome/"  # type: ignore[attr-defined]
    assert "髙﨑木工" in owner.get("/").content.decode()


def test_a_rejection_is_told_with_its_reason_and_needs_one(cast: Cast) -> None:
    _apply(cast)
    client, url = _clerk(cast.clerk), f"/office/applications/{_stored().pk}/"
    assert 'class="error-summary"' in client.post(url, {"action": "reject", "reason": ""}).content.decode()
    client.post(url, {"action": "reject", "reason": "対象の地域の外のため"})
    assert _stored().state == "rejected"
    assert "対象の地域の外のため" in mails_of(cast.office.pk, "application_rejected")[0].text
    assert not Organisation.objects.using("owner").filter(name="髙﨑木工").exists()


def test_a_decision_is_made_once(cast: Cast) -> None:
    _apply(cast)
    client, url = _clerk(cast.clerk), f"/office/applications/{_stored().pk}/"
    client.post(url, {"action": "approve"})
    client.post(url, {"action": "approve"})
    client.post(url, {"action": "reject", "reason": "必要なため"})
    assert Organisation.objects.using("owner").filter(name="髙﨑木工").count() == 1
    assert _stored().state == "approved"


def test_nobody_outside_the_office_sees_or_decides(cast: Cast) -> None:
    _apply(cast)
    pk = _stored().pk
    reader = user_make("r@office.invalid", cast.office, "read_only")
    assert _clerk(reader).post(f"/office/applications/{pk}/", {"action": "approve"}).status_code == 403
    people = ((cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental), (reader, cast.office))
    for user, acting in people:
        with person_scope(user.pk, acting.pk), connection.cursor() as cursor:
            cursor.execute("SELECT sec.approve_application(%s, %s, now() + '1 day')", [pk, b"x"])
            assert cursor.fetchone() == (None,)
            assert Application.objects.exists() is (user == reader)
    client = Client()
    client.force_login(cast.analyst)
    assert client.get(f"/office/applications/{pk}/").status_code == 404


def test_another_office_sees_nothing(cast: Cast) -> None:
    from tests.factories import organisation_make

    _apply(cast)
    other = organisation_make("となり商工会", "office")
    stranger = user_make("s@other.invalid", other)
    assert _clerk(stranger).get(f"/office/applications/{_stored().pk}/").status_code == 404


def test_an_applicant_cannot_write_an_approved_application_and_nobody_can_change_what_was_sent(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        Application(programme=cast.programme, state="approved", staff_count=1, pc_count=1).save(force_insert=True)
    _apply(cast)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        person_scope(cast.clerk.pk, cast.office.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE tenants_application SET email = 'x@x.invalid'")
