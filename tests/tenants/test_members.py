"""Owners change roles and end memberships in their own organisation; an organisation always keeps an owner."""

from __future__ import annotations

import threading

import pytest
from django.db import ProgrammingError, connection, connections
from django.test import Client
from django.utils import timezone

from tenants.accounts.members import ChangeRefused, membership_end, membership_set_role
from tenants.models import AuditEvent, Membership, Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, user_make
from tests.tenants.people import log_in


def _membership(user: User) -> Membership:
    return Membership.objects.using("owner").get(user_id=user.pk, valid__contains=timezone.now())


def _role(user: User, organisation: Organisation) -> str | None:
    rows = Membership.objects.using("owner").filter(
        user_id=user.pk, organisation_id=organisation.pk, valid__contains=timezone.now()
    )
    return rows.values_list("role", flat=True).first()


@pytest.fixture
def member(cast: Cast) -> User:
    return user_make("m@sakura.invalid", cast.sakura_dental, "member", family_name="見習")


def test_members_see_who_belongs_to_their_organisation_and_nobody_elses(cast: Cast, member: User) -> None:
    page = log_in(member.email).get("/organisation/members/").content.decode()
    assert "hanako@sakura.invalid" in page
    assert "jiro@yamada.invalid" not in page
    assert "変える・外す" not in page


def test_partners_see_their_colleagues(cast: Cast) -> None:
    user_make("second@desk.invalid", cast.desk, "member")
    client = Client()
    client.force_login(cast.agent)
    page = client.get("/organisation/members/").content.decode()
    assert "second@desk.invalid" in page
    assert "hanako@sakura.invalid" not in page


def test_an_owner_changes_a_role_and_it_is_written_down(cast: Cast, member: User) -> None:
    url = f"/organisation/members/{_membership(member).pk}/"
    assert log_in("hanako@sakura.invalid").post(url, {"action": "role", "role": "read_only"}).status_code == 302
    assert _role(member, cast.sakura_dental) == "read_only"
    with tenant_scope(cast.sakura_dental.pk):
        event = AuditEvent.objects.get(code="membership.role_changed")
    assert (event.actor_id, event.data) == (cast.hanako.pk, {"before": "member", "after": "read_only"})


def test_the_earlier_role_stays_in_the_history(cast: Cast, member: User) -> None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        membership_set_role(membership=_membership(member), organisation=cast.sakura_dental, role="owner")
    rows = Membership.objects.using("owner").filter(user_id=member.pk).order_by("pk")
    assert [row.role for row in rows] == ["member", "owner"]
    assert rows[0].valid.upper == rows[1].valid.lower


def test_who_is_removed_sees_nothing_from_the_next_click_on(cast: Cast, member: User) -> None:
    theirs = log_in(member.email)
    assert theirs.get("/alerts/").status_code == 200
    url = f"/organisation/members/{_membership(member).pk}/"
    log_in("hanako@sakura.invalid").post(url, {"action": "end"})
    assert theirs.get("/alerts/").status_code == 302, "they are logged out"
    assert log_in(member.email).get("/alerts/").status_code == 404
    assert _role(member, cast.sakura_dental) is None


def test_the_last_owner_can_neither_leave_nor_step_down(cast: Cast, member: User) -> None:
    client = log_in("hanako@sakura.invalid")
    url = f"/organisation/members/{_membership(cast.hanako).pk}/"
    for change in ({"action": "end"}, {"action": "role", "role": "member"}):
        page = client.post(url, change, follow=True).content.decode()
        assert "先にほかの方を管理者にしてください" in page
    assert _role(cast.hanako, cast.sakura_dental) == "owner"


def test_an_owner_whose_account_is_closed_does_not_count_as_one_left(cast: Cast) -> None:
    user_make("gone@sakura.invalid", cast.sakura_dental, "owner", is_active=False)
    with pytest.raises(ChangeRefused, match="last_owner"), person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        membership_end(membership=_membership(cast.hanako), organisation=cast.sakura_dental)


def test_nobody_changes_another_organisations_members(cast: Cast, member: User) -> None:
    foreign = _membership(cast.jiro)
    client = log_in("hanako@sakura.invalid")
    assert client.post(f"/organisation/members/{foreign.pk}/", {"action": "end"}).status_code == 404
    for user, organisation in ((cast.hanako, cast.sakura_dental), (member, cast.sakura_dental)):
        with pytest.raises(ChangeRefused, match="not_allowed"), person_scope(user.pk, organisation.pk):
            membership_end(membership=foreign, organisation=cast.yamada_works)
    with pytest.raises(ChangeRefused, match="not_allowed"), person_scope(member.pk, cast.sakura_dental.pk):
        membership_set_role(membership=_membership(member), organisation=cast.sakura_dental, role="owner")
    assert _role(cast.jiro, cast.yamada_works) == "owner"


def test_an_invented_role_is_refused(cast: Cast, member: User) -> None:
    with pytest.raises(ChangeRefused, match="unknown_role"), person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        membership_set_role(membership=_membership(member), organisation=cast.sakura_dental, role="admin")


def test_two_owners_who_remove_each_other_at_once_leave_one(cast: Cast) -> None:
    second = user_make("o@sakura.invalid", cast.sakura_dental, "owner")
    pairs = [(cast.hanako, _membership(second)), (second, _membership(cast.hanako))]
    start, answers = threading.Barrier(2), []

    def remove(user: User, other: Membership) -> None:
        try:
            with person_scope(user.pk, cast.sakura_dental.pk):
                start.wait()
                membership_end(membership=other, organisation=cast.sakura_dental)
            answers.append("done")
        except ChangeRefused as problem:
            answers.append(problem.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "not_allowed"]


def test_the_application_cannot_write_memberships_by_itself(cast: Cast, member: User) -> None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE tenants_membership SET role = 'owner'")
        assert cursor.rowcount == 0


def test_an_owner_edits_the_own_firm_and_only_its_plain_data(cast: Cast) -> None:
    client = log_in("hanako@sakura.invalid")
    data = {
        "name": "さくら歯科医院",
        "name_kana": "さくらしかいいん",
        "corporate_number": "",
        "postal_code": "１２３４５６７",
        "prefecture": "京都府",
        "municipality": "若葉市",
        "address": "",
        "phone": "075-000-0101",
        "email": "o@sakura.invalid",
        "staff_count": "9",
        "pc_count": "7",
    }
    assert client.post("/organisation/edit/", data).status_code == 302
    firm = Organisation.objects.using("owner").get(pk=cast.sakura_dental.pk)
    assert (firm.name, firm.postal_code, firm.phone, firm.phone_e164) == (
        "さくら歯科医院",
        "123-4567",
        "075-000-0101",
        "+81750000101",
    )
    wrong = client.post("/organisation/edit/", data | {"corporate_number": "1234567890123", "phone": "12"})
    assert "法人番号が正しくありません" in wrong.content.decode()
    assert "電話番号を確かめてください" in wrong.content.decode()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        person_scope(cast.hanako.pk, cast.sakura_dental.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE tenants_organisation SET kind = 'soc'")


def test_who_is_no_owner_edits_nothing(cast: Cast, member: User) -> None:
    assert log_in(member.email).get("/organisation/edit/").status_code == 404
    for user, acting in ((member, cast.sakura_dental), (cast.agent, cast.desk), (cast.jiro, cast.yamada_works)):
        with person_scope(user.pk, acting.pk):
            assert Organisation.objects.filter(pk=cast.sakura_dental.pk).update(name="x") == 0
