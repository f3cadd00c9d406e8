"""An owner invites a person by mail; the link works once, for the invited person, until it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from notifications.delivery import outbox_send
from ops.smtp_sink import Behaviour, set_behaviour
from tenants.accounts.invitations import undelivered
from tenants.models import Invitation, Membership, User
from tenants.tenancy.scope import person_scope
from tests.factories import PASSWORD, Cast, user_make
from tests.mailing import Mailbox
from tests.tenants.people import is_inside, link_in, log_in, mails_of, words_of

NEW = {
    "family_name": "新田",
    "given_name": "春",
    "family_name_kana": "にった",
    "given_name_kana": "はる",
    "password": "correct horse 電池",
    "password_again": "correct horse 電池",
}


def _invite(cast: Cast, email: str = "haru@sakura.invalid", role: str = "member") -> str:
    answer = log_in("hanako@sakura.invalid").post("/organisation/members/invite/", {"email": email, "role": role})
    assert answer.status_code == 302, answer.content.decode()
    return link_in(mails_of(cast.sakura_dental.pk, "invitation")[-1])


def _roles(cast: Cast) -> dict[str, str]:
    rows = Membership.objects.using("owner").filter(
        organisation_id=cast.sakura_dental.pk, valid__contains=timezone.now()
    )
    return {row.user.email: row.role for row in rows.select_related("user")}


def test_a_new_person_joins_with_a_name_and_a_password_and_is_inside(cast: Cast) -> None:
    link = _invite(cast)
    client = Client()
    assert "haru@sakura.invalid" in client.get(link).content.decode()
    assert client.post(link, NEW).url == "/account/welcome/"  # type: ignore[attr-defined]
    assert "さくら歯科" in client.get("/account/welcome/").content.decode()
    assert _roles(cast)["haru@sakura.invalid"] == "member"
    assert is_inside(log_in("haru@sakura.invalid", NEW["password"]))


def test_the_mail_stays_in_the_outbox_until_sent_and_names_the_organisation(cast: Cast) -> None:
    _invite(cast)
    mail = mails_of(cast.sakura_dental.pk, "invitation")[0]
    assert mail.to == "haru@sakura.invalid"
    assert mail.state == "waiting"
    assert "さくら歯科" in mail.subject
    assert "担当者" in words_of(mail)


def test_only_a_hash_of_the_secret_is_kept_with_the_invitation(cast: Cast) -> None:
    token = _invite(cast).strip("/").split("/")[1]
    row = Invitation.objects.using("owner").get()
    assert token.encode() not in bytes(row.token_hash)


def test_a_link_works_once(cast: Cast) -> None:
    link = _invite(cast)
    Client().post(link, NEW)
    again = Client().get(link)
    assert again.status_code == 410
    assert "このリンクは使えません" in again.content.decode()


@pytest.mark.parametrize(
    "change", [{"expires_at": timezone.now() - timedelta(seconds=1)}, {"revoked_at": timezone.now()}]
)
def test_a_link_that_is_over_makes_nobody_a_member(cast: Cast, change: dict[str, object]) -> None:
    link = _invite(cast)
    Invitation.objects.using("owner").update(**change)
    assert Client().post(link, NEW).status_code == 410
    assert not User.objects.filter(email="haru@sakura.invalid").exists()


def test_an_invented_link_says_the_same_as_one_that_is_over(cast: Cast) -> None:
    assert Client().get("/invitations/" + "x" * 43 + "/").status_code == 410


def test_a_person_with_an_account_logs_in_and_joins_without_a_new_one(cast: Cast) -> None:
    link = _invite(cast, email="jiro@yamada.invalid")
    assert f"/accounts/login/?next={link}" in Client().get(link).content.decode()
    assert Client().post(link, NEW).status_code == 200  # no second account is made for the address
    client = log_in("jiro@yamada.invalid")
    assert client.post(link).status_code == 302
    assert _roles(cast)["jiro@yamada.invalid"] == "member"
    assert "さくら歯科" in client.get("/").content.decode()
    assert User.objects.filter(email="jiro@yamada.invalid").count() == 1


def test_a_link_forwarded_to_somebody_else_lets_them_not_in(cast: Cast) -> None:
    link = _invite(cast)
    client = log_in("jiro@yamada.invalid")
    assert "別のメールアドレス" in client.post(link).content.decode()
    assert "jiro@yamada.invalid" not in _roles(cast)


@pytest.mark.parametrize("change", [{"password": "short"}, {"password": "qwerty123456"}, {"family_name_kana": "NITTA"}])
def test_weak_passwords_and_readings_that_are_none_are_refused(cast: Cast, change: dict[str, str]) -> None:
    link = _invite(cast)
    if "password" in change:
        change = change | {"password_again": change["password"]}
    answer = Client().post(link, NEW | change)
    assert answer.status_code == 200
    assert 'class="error-summary"' in answer.content.decode()
    assert not User.objects.filter(email="haru@sakura.invalid").exists()


def test_inviting_again_ends_the_first_link(cast: Cast) -> None:
    first, second = _invite(cast), _invite(cast)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_an_owner_takes_an_invitation_back(cast: Cast) -> None:
    link = _invite(cast)
    pk = Invitation.objects.using("owner").get().pk
    log_in("hanako@sakura.invalid").post(f"/organisation/invitations/{pk}/", {"action": "revoke"})
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("role", ["member", "read_only"])
def test_only_owners_invite(cast: Cast, role: str) -> None:
    person = user_make("m@sakura.invalid", cast.sakura_dental, role)
    client = log_in(person.email)
    assert client.get("/organisation/members/").status_code == 200
    assert client.get("/organisation/members/invite/").status_code == 404
    assert client.post("/organisation/members/invite/", {"email": "x@x.invalid", "role": "owner"}).status_code == 404


def test_the_database_lets_no_member_invite_and_no_owner_invite_elsewhere(cast: Cast) -> None:
    member = user_make("m@sakura.invalid", cast.sakura_dental, "member")
    for user, acting, into in (
        (member, cast.sakura_dental, cast.sakura_dental),
        (cast.hanako, cast.sakura_dental, cast.yamada_works),
    ):
        with pytest.raises(ProgrammingError, match="row-level security"), person_scope(user.pk, acting.pk):
            Invitation.objects.create(
                organisation=into,
                email="x@x.invalid",
                role="owner",
                token_hash=b"x",
                expires_at=timezone.now(),
                invited_by=user,
            )


def test_the_application_cannot_mark_an_invitation_as_used_or_prolong_it(cast: Cast) -> None:
    _invite(cast)
    for change in ("accepted_at = now()", "expires_at = now() + '1 year'", "role = 'owner'", "token_hash = 'x'"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            person_scope(cast.hanako.pk, cast.sakura_dental.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE tenants_invitation SET {change}")


def test_an_owner_who_logged_in_long_ago_is_asked_again_before_inviting(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.hanako)  # no record of a proof in this session
    assert client.get("/organisation/members/invite/").url.startswith("/accounts/reauthenticate/")  # type: ignore[attr-defined]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/organisation/members/invite/").status_code == 200


def test_the_operator_invites_the_first_person_of_a_partner(cast: Cast) -> None:
    call_command("invite", "--organisation", "川辺システム", "--email", "Boss@vendor.invalid")
    mail = mails_of(cast.vendor.pk, "invitation")[0]
    client = Client()
    client.post(link_in(mail), NEW)
    row = Membership.objects.using("owner").get(user__email="boss@vendor.invalid")
    assert (row.organisation_id, row.role) == (cast.vendor.pk, "owner")
    assert client.get("/").url == "/account/second-factor/"  # type: ignore[attr-defined]


def test_an_owner_is_told_that_an_invitation_did_not_arrive_and_nobody_else(cast: Cast, mailbox: Mailbox) -> None:
    owner = log_in("hanako@sakura.invalid")
    for email in ("wrong@sakura.invalid", "right@sakura.invalid"):
        owner.post("/organisation/members/invite/", {"email": email, "role": "member"})
    set_behaviour(mailbox.directory, Behaviour.REFUSE_FOR_EVER, times=1)
    outbox_send()
    page = owner.get("/organisation/members/").content.decode()
    assert page.count("メールが届きませんでした") == 1
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert [invitation.email for invitation in Invitation.objects.filter(pk__in=undelivered())] == [
            "wrong@sakura.invalid"
        ]
    for person, place in ((cast.jiro, cast.yamada_works), (cast.agent, cast.desk)):
        with person_scope(person.pk, place.pk):
            assert undelivered() == set()
