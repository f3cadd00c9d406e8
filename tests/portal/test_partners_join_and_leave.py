"""The office adds partners; they see existing firms after its word and the firms' own, and nothing once they left."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from sensors.installing import consent_give
from tenants.models import (
    AccessGrant,
    AuditEvent,
    FormerPartner,
    Membership,
    Organisation,
    Programme,
    ProgrammePartner,
    User,
)
from tenants.partners import grants_give, grants_step
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.access.world import superuser
from tests.factories import Cast, organisation_make, totp_make, user_make
from tests.portal.help_stage import stage_make
from tests.tenants.people import log_in, mails_of

NEW = "/office/partners/new/socs/"
SOC = {"name": "あとからSOC", "person__name": "後藤 明", "person__email": "akira@soc.invalid"}


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return log_in(cast.clerk.email, secret=totp_make(cast.clerk))


def _added(client: Client, **change: Any) -> Organisation:
    answer = client.post(NEW, SOC | change)
    assert answer.status_code == 302, answer.content.decode()
    return Organisation.objects.using("owner").get(name=(SOC | change)["name"])


def _seen(user: User, organisation: Organisation) -> int:
    with person_scope(user.pk, organisation.pk) as scope:
        return len(scope.tenants)


def _agree(cast: Cast) -> None:
    for firm, owner in ((cast.sakura_dental, cast.hanako), (cast.yamada_works, cast.jiro)):
        with tenant_scope(firm.pk):
            consent_give(tenant_id=firm.pk, by=owner, now=timezone.now())


def _trail(firm: Organisation, code: str) -> list[AuditEvent]:
    with tenant_scope(firm.pk):
        return list(AuditEvent.objects.filter(tenant_id=firm.pk, code=code))


def test_a_new_partner_is_invited_and_sees_no_firm_before_it_is_confirmed(cast: Cast, clerk: Client) -> None:
    soc = _added(clerk)
    analyst = user_make("analyst@later.invalid", soc)
    assert [mail.to for mail in mails_of(soc.pk, "invitation")] == ["akira@soc.invalid"]
    _agree(cast)
    assert grants_give(now=timezone.now()) == 0
    assert _seen(analyst, soc) == 0
    assert "事務局の確認待ち" in clerk.get("/office/partners/").content.decode()


def test_confirmed_it_sees_the_firms_that_agreed_to_inspection_and_the_others_later(cast: Cast, clerk: Client) -> None:
    soc = _added(clerk)
    analyst = user_make("analyst@later.invalid", soc)
    with tenant_scope(cast.sakura_dental.pk):
        consent_give(tenant_id=cast.sakura_dental.pk, by=cast.hanako, now=timezone.now())
    clerk.post(f"/office/partners/{soc.pk}/", {"action": "confirm"})
    assert grants_give(now=timezone.now()) == 1
    assert _seen(analyst, soc) == 1
    page = clerk.get(f"/office/partners/{soc.pk}/").content.decode()
    assert "1社は、会社が検査に同意したあとで開きます" in page
    assert len(_trail(cast.sakura_dental, "partner.joined")) == 1
    assert _trail(cast.yamada_works, "partner.joined") == []
    _agree(cast)
    assert grants_give(now=timezone.now()) == 1
    assert grants_give(now=timezone.now()) == 0
    assert _seen(analyst, soc) == 2


def test_a_partner_that_cannot_be_given_firms_does_not_keep_the_others_waiting(
    cast: Cast, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _added(clerk), _added(clerk, name="もっとあとのSOC", person__email="later@soc.invalid")
    _agree(cast)
    for soc in (first, second):
        clerk.post(f"/office/partners/{soc.pk}/", {"action": "confirm"})

    def step(*, programme_id: int, organisation_id: int, most: int = 200) -> int:
        if organisation_id == first.pk:
            raise DatabaseError("refused")
        return grants_step(programme_id=programme_id, organisation_id=organisation_id, most=most)

    monkeypatch.setattr("tenants.partners.grants_step", step)
    assert grants_give(now=timezone.now()) == 2


def test_a_soc_of_one_prefecture_sees_its_firms_only(cast: Cast, clerk: Client) -> None:
    Organisation.objects.using("owner").filter(pk=cast.sakura_dental.pk).update(prefecture="奈良県")
    soc = _added(clerk, prefectures="奈良県")
    analyst = user_make("analyst@later.invalid", soc)
    _agree(cast)
    clerk.post(f"/office/partners/{soc.pk}/", {"action": "confirm"})
    assert grants_give(now=timezone.now()) == 1
    with person_scope(analyst.pk, soc.pk) as scope:
        assert scope.tenants == (cast.sakura_dental.pk,)


def test_firms_are_opened_in_bounded_steps(cast: Cast, clerk: Client) -> None:
    soc = _added(clerk)
    _agree(cast)
    clerk.post(f"/office/partners/{soc.pk}/", {"action": "confirm"})
    given = [grants_step(programme_id=cast.programme.pk, organisation_id=soc.pk, most=1) for _ in range(3)]
    assert given == [1, 1, 0]


def test_a_grant_that_was_ended_on_purpose_is_not_given_again(cast: Cast, clerk: Client) -> None:
    soc = _added(clerk)
    _agree(cast)
    clerk.post(f"/office/partners/{soc.pk}/", {"action": "confirm"})
    assert grants_give(now=timezone.now()) == 2
    grant = AccessGrant.objects.using("owner").filter(grantee_id=soc.pk).first()
    assert grant is not None
    grant.valid = DateTimeTZRange(grant.valid.lower, timezone.now())
    grant.save(using="owner")
    assert grants_give(now=timezone.now()) == 0


def test_one_that_leaves_sees_nothing_at_its_next_request_and_every_firm_finds_it_in_its_trail(
    cast: Cast, clerk: Client
) -> None:
    page = f"/office/partners/{cast.soc.pk}/"
    analyst = log_in(cast.analyst.email, secret=totp_make(cast.analyst))
    shown = f"/boxes/{cast.sakura_dental.pk}/{cast.sakura_box.sensor.pk}/"
    assert analyst.get(shown).status_code == 200
    assert clerk.post(page, {"action": "leave", "reason": "。。。"}).status_code == 422
    assert clerk.post(page, {"action": "leave", "reason": "契約が終わったため"}).status_code == 302
    assert analyst.get(shown).status_code == 404
    assert _seen(cast.analyst, cast.soc) == 0
    for firm in (cast.sakura_dental, cast.yamada_works):
        (line,) = _trail(firm, "partner.left")
        assert line.actor_id == cast.clerk.pk
        assert line.data["reason"] == "契約が終わったため"
    assert FormerPartner.objects.using("owner").get().firms == 2
    listed = clerk.get("/office/partners/").content.decode()
    assert "契約が終わったため" in listed
    assert not ProgrammePartner.objects.filter(organisation=cast.soc).exists()


def test_one_that_leaves_keeps_the_firms_of_the_other_programme_it_works_for(cast: Cast, clerk: Client) -> None:
    other = Programme.objects.using("owner").create(
        name="となりのお助け隊", office=organisation_make("となりの会議所", "office"), desk_name="窓口", desk_phone="1"
    )
    ProgrammePartner.objects.using("owner").create(programme=other, organisation=cast.soc)
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)"
            " VALUES (%s, %s, CURRENT_DATE - 1, false)",
            [cast.sakura_dental.pk, other.pk],
        )
    server.close()
    answer = clerk.post(f"/office/partners/{cast.soc.pk}/", {"action": "leave", "reason": "契約が終わったため"})
    assert answer.status_code == 302
    with person_scope(cast.analyst.pk, cast.soc.pk) as scope:
        assert list(scope.tenants) == [cast.sakura_dental.pk]
    assert len(_trail(cast.yamada_works, "partner.left")) == 1
    assert _trail(cast.sakura_dental, "partner.left") == []
    assert FormerPartner.objects.using("owner").get().firms == 1


def test_a_vendor_with_an_open_job_is_listed_with_it_and_leaves_only_knowingly(cast: Cast, clerk: Client) -> None:
    stage_make(cast).taken()
    page = f"/office/partners/{cast.vendor.pk}/"
    assert "訪問・遠隔の作業" in clerk.get(page).content.decode()
    leave = {"action": "leave", "reason": "廃業するため"}
    assert "終わっていない仕事があります" in clerk.post(page, leave, follow=True).content.decode()
    assert _seen(cast.engineer, cast.vendor) == 1
    clerk.post(page, leave | {"with_open_work": "on"})
    assert _seen(cast.engineer, cast.vendor) == 0


def test_people_of_the_office_who_are_no_owners_read_and_change_nothing(cast: Cast) -> None:
    member = user_make("m@office.invalid", cast.office, Membership.Role.MEMBER)
    client = log_in(member.email, secret=totp_make(member))
    assert client.get("/office/partners/").status_code == 200
    assert client.get(NEW).status_code == 404
    assert client.post(f"/office/partners/{cast.soc.pk}/", {"action": "confirm"}).status_code == 404


def test_an_organisation_of_another_programme_is_not_taken_in_by_an_office(cast: Cast, clerk: Client) -> None:
    organisation_make(SOC["name"], "soc")
    answer = clerk.post(NEW, SOC)
    assert answer.status_code == 422
    assert "ほかの事業で働いています" in answer.content.decode()


def test_the_first_person_is_invited_again_while_nobody_is_there(cast: Cast, clerk: Client) -> None:
    soc = _added(clerk)
    again = {"action": "invite", "name": "後藤 明", "kana": "", "email": "right@soc.invalid"}
    clerk.post(f"/office/partners/{soc.pk}/", again)
    assert [mail.to for mail in mails_of(soc.pk, "invitation")] == ["akira@soc.invalid", "right@soc.invalid"]
    user_make("analyst@later.invalid", soc)
    clerk.post(f"/office/partners/{soc.pk}/", again | {"email": "intruder@soc.invalid"})
    assert len(mails_of(soc.pk, "invitation")) == 2, "its own owners invite now"
