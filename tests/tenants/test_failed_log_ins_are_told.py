"""A failed log-in is written down: shown to the person it aimed at, in numbers to owners, and to nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from tenants.accounts.log_in_failures import failures_of_members
from tenants.models import AuditEvent
from tenants.tenancy.scope import person_scope
from tests.access.world import superuser
from tests.factories import Cast, totp_code, totp_make, user_make
from tests.tenants.people import is_inside, log_in

HANAKO = "hanako@sakura.invalid"


def written() -> list[tuple[str, str, str]]:
    """(subject, why, from where) of every failure there is."""
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "SELECT subject, data->>'why', host(ip) FROM tenants_auditevent"
            " WHERE code = 'person.log_in_failed' AND actor_id IS NULL ORDER BY id"
        )
        rows = list(cursor.fetchall())
    server.close()
    return rows


def test_a_wrong_password_is_written_down_with_its_origin(cast: Cast) -> None:
    log_in(HANAKO, "wrong password!")
    assert written() == [(f"user:{cast.hanako.pk}", "password", "127.0.0.1")]


def test_an_address_without_an_account_leaves_only_its_hash(cast: Cast) -> None:
    for email in ("typo@sakura.invalid", "Typo@sakura.invalid", "other@sakura.invalid"):
        log_in(email, "wrong password!")
    first, again, other = (row[0] for row in written())
    assert first == again != other
    assert first.startswith("address:")
    assert "typo" not in first


def test_a_shut_door_is_told_once_and_not_at_every_knock(cast: Cast) -> None:
    for _ in range(9):
        log_in(HANAKO, "wrong password!")
    assert [row[1] for row in written()] == ["password"] * 5 + ["throttled"]


def test_a_wrong_second_factor_is_told_until_it_is_throttled(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    client = log_in("agent@desk.invalid")
    for n in range(8):
        client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"})
    assert written() == [(f"user:{cast.agent.pk}", why, "127.0.0.1") for why in ["factor"] * 5 + ["throttled"]]
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert not is_inside(client)


def test_a_passkey_nobody_knows_is_told(cast: Cast) -> None:
    answer = Client().post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "AA"}'})
    assert answer.status_code in {200, 302}
    assert [row[1] for row in written()] == ["factor"]


def test_the_person_sees_what_failed_and_nobody_elses(cast: Cast) -> None:
    log_in(HANAKO, "wrong password!")
    log_in("jiro@yamada.invalid", "wrong password!")
    page = log_in(HANAKO).get("/account/security/").content.decode()
    assert page.count("パスワードの間違い") == 1
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        subjects = set(AuditEvent.objects.filter(code="person.log_in_failed").values_list("subject", flat=True))
    assert subjects == {f"user:{cast.hanako.pk}"}


def test_an_owner_sees_how_often_it_happened_to_members_of_the_own_organisation(cast: Cast) -> None:
    user_make("m@sakura.invalid", cast.sakura_dental, "member")
    for email in ("m@sakura.invalid", "m@sakura.invalid", "jiro@yamada.invalid", "agent@desk.invalid"):
        log_in(email, "wrong password!")
    page = log_in(HANAKO).get("/organisation/members/").content.decode()
    assert "ログインの失敗 7日間で2回" in page
    assert page.count("ログインの失敗") == 1
    assert "ログインの失敗" not in log_in("m@sakura.invalid").get("/organisation/members/").content.decode()


@pytest.mark.parametrize("who", ["jiro", "agent", "clerk", "member"])
def test_who_is_no_owner_there_gets_no_numbers(cast: Cast, who: str) -> None:
    member = user_make("m@sakura.invalid", cast.sakura_dental, "member")
    log_in(HANAKO, "wrong password!")
    person = member if who == "member" else getattr(cast, who)
    with person_scope(person.pk, cast.sakura_dental.pk):
        assert failures_of_members() == {}
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert failures_of_members()[cast.hanako.pk].count == 1
