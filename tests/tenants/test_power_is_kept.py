"""Whoever can make the application run SQL of theirs still makes no administrator and takes nobody's second factor."""

from __future__ import annotations

from io import StringIO

import psycopg2
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from notifications.services import outbox_put
from otasuke.patience import KINDS, patience_of
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.access.table import access
from tests.access.world import superuser
from tests.factories import Cast
from tests.tenants.people import log_in

PLAIN_SQL = [
    "UPDATE tenants_user SET is_superuser = true",
    "UPDATE tenants_user SET is_staff = true",
    "UPDATE tenants_user SET email = 'thief@evil.invalid' WHERE email LIKE 'hanako%'",
    "INSERT INTO tenants_user (password, is_superuser, email, family_name, given_name, family_name_kana,"
    " given_name_kana, language, is_active, is_staff, date_joined)"
    " VALUES ('', true, 'thief@evil.invalid', '', '', '', '', 'ja', true, false, now())",
    "DELETE FROM tenants_user",
    "DELETE FROM mfa_authenticator",
    "UPDATE mfa_authenticator SET data = '{}'",
    "INSERT INTO mfa_authenticator (type, data, user_id, created_at)"
    " SELECT 'webauthn', '{}', id, now() FROM tenants_user LIMIT 1",
    "INSERT INTO tenants_user_groups (user_id, group_id) VALUES (1, 1)",
    "INSERT INTO tenants_user_user_permissions (user_id, permission_id) SELECT 1, id FROM auth_permission LIMIT 1",
    "DELETE FROM auth_permission",
    "DELETE FROM django_admin_log",
    "DELETE FROM django_migrations",
    "UPDATE tenants_membership SET role = 'owner'",
]


@pytest.mark.parametrize("sql", PLAIN_SQL)
def test_plain_sql_of_the_application_gains_no_power(cast: Cast, sql: str) -> None:
    before = _powers()
    for scope in (None, (cast.agent.pk, cast.desk.pk)):
        assert _refused_with(sql, scope) in {"", "42501"}
    assert _powers() == before


def _refused_with(sql: str, scope: tuple[int, int] | None) -> str:
    """SQLSTATE of what the application's role is told; "" when it is told nothing. The scope can be set by SQL, too."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for name, value in zip(("user", "organisation"), scope or (), strict=False):
                cursor.execute("SELECT set_config(%s, %s, true)", [f"otasuke.{name}", str(value)])
            cursor.execute(sql)
    except ProgrammingError as refused:
        return str(getattr(refused.__cause__, "pgcode", ""))
    return ""


def _powers() -> object:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT id, email, is_superuser, is_staff FROM tenants_user ORDER BY id")
        people = cursor.fetchall()
        cursor.execute("SELECT user_id, type, data::text FROM mfa_authenticator ORDER BY id")
        factors = cursor.fetchall()
        cursor.execute("SELECT user_id, organisation_id, role FROM tenants_membership ORDER BY id")
        rest = cursor.fetchall()
        cursor.execute(
            "SELECT (SELECT count(*) FROM tenants_user_groups), (SELECT count(*) FROM tenants_user_user_permissions),"
            " (SELECT count(*) FROM auth_permission), (SELECT count(*) FROM django_migrations)"
        )
        counts = cursor.fetchall()
    server.close()
    return people, factors, rest, counts


def test_an_administrator_is_made_on_the_owners_connection_only(cast: Cast) -> None:
    made = User.objects.create_superuser("root@platform.invalid", "correct horse 電池")
    assert made.is_superuser
    with pytest.raises(ProgrammingError, match="administrators are made by the owner"):
        User.objects.create_user("root2@platform.invalid", is_superuser=True)


def test_a_person_who_lost_every_factor_is_helped_by_the_operators_command(cast: Cast) -> None:
    output = StringIO()
    call_command("second_factor_remove", "--user", "agent@desk.invalid", stdout=output)
    assert "1 second factors of agent@desk.invalid removed" in output.getvalue()
    assert not Authenticator.objects.filter(user=cast.agent).exists()
    assert log_in("agent@desk.invalid").get("/desk/").status_code == 302


def test_a_factor_that_comes_or_goes_stands_in_the_persons_trail(cast: Cast) -> None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        Authenticator.objects.create(user=cast.hanako, type="webauthn", data={"name": "鍵"})
        Authenticator.objects.filter(user=cast.hanako).delete()
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "SELECT code, data ->> 'type' FROM tenants_auditevent WHERE code LIKE 'person.factor%%' AND actor_id = %s"
            " ORDER BY id",
            (cast.hanako.pk,),
        )
        assert cursor.fetchall() == [("person.factor_added", "webauthn"), ("person.factor_removed", "webauthn")]
    server.close()


@pytest.mark.parametrize("kind", KINDS)
def test_postgresql_loses_patience_by_kind_of_work(cast: Cast, kind: str) -> None:
    options = patience_of(kind).options
    given = settings.DATABASES["default"]
    server = psycopg2.connect(dbname=given["NAME"], user=given["USER"], host=given["OPTIONS"]["host"], options=options)
    with server.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name IN"
            " ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"
        )
        limits = dict(cursor.fetchall())
    server.close()
    patience = patience_of(kind)
    assert limits == {
        "statement_timeout": patience.statement * 1000,
        "lock_timeout": patience.lock * 1000,
        "idle_in_transaction_session_timeout": patience.idle_transaction * 1000,
    }
    assert patience.idle_transaction, "nobody holds a transaction open without end"


def test_a_page_never_waits_as_long_as_a_job_and_unknown_work_does_not_start() -> None:
    assert 0 < KINDS["web"].statement < KINDS["worker"].statement < KINDS["long"].statement
    with pytest.raises(ImproperlyConfigured, match="KIND_OF_WORK"):
        patience_of("wab")


def test_whoever_connects_as_the_application_without_saying_more_is_bounded_too(database: None) -> None:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT rolconfig FROM pg_roles WHERE rolname = 'otasuke_app'")
        (settings_of_role,) = cursor.fetchone() or ([],)
    server.close()
    assert {line.split("=")[0] for line in settings_of_role} == {
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    }


def test_a_claimed_mail_comes_back_within_the_hour_however_long_a_lease_is_asked_for(database: None) -> None:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_accountmail (id, kind, sealed, state, created_at, due_at, attempts, error)"
            " VALUES (gen_random_uuid(), 'x', '', 'waiting', now(), now(), 0, '') RETURNING id"
        )
        (mail,) = cursor.fetchone() or (None,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.claim_account_mail('100 years')")
    with server, server.cursor() as cursor:
        cursor.execute("SELECT lease_until < now() + interval '61 minutes' FROM notifications_accountmail")
        assert cursor.fetchall() == [(True,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.settle_account_mail(%s, 'waiting', %s, '100 years')", [mail, "x" * 9000])
    with server, server.cursor() as cursor:
        cursor.execute("SELECT due_at < now() + interval '25 hours', length(error) FROM notifications_accountmail")
        assert cursor.fetchall() == [(True, 300)]
    server.close()


# A function that takes a number, a length of time or a day from the application bounds it, or is named here with why.
UNBOUNDED = {
    "break_glass": "refuses more than four hours",
    "audit_chain": "not the application's: verification by the owner",
}


def test_every_bound_a_function_takes_has_a_bound_of_its_own(database: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname::text, prosrc, pg_get_function_arguments(oid) FROM pg_proc"
            " WHERE pronamespace = 'sec'::regnamespace AND pg_get_function_arguments(oid) ~"
            " '(how_many|most_\\w+|minutes) (integer|bigint)|interval'"
        )
        functions = {name: (body, arguments) for name, body, arguments in cursor.fetchall()}
    assert set(functions) <= set(access()["doors"])
    bounded = {name for name, (body, _arguments) in functions.items() if "least(" in body or "greatest(" in body}
    assert set(functions) - bounded == set(UNBOUNDED), "each function without a bound is named, and no other"


def test_waiting_mails_of_firms_cannot_be_held_back_however_many_and_long_are_asked_for(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        for number in range(3):
            outbox_put(
                tenant_id=cast.sakura_dental.pk,
                key=f"k{number}",
                kind="digest",
                to="a@sakura.invalid",
                subject="まとめ",
                text="x",
                html="x",
            )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sec.claim_outbox(-1, '1 minute')")
        assert cursor.fetchall() == [(0,)]
        cursor.execute("SELECT count(*) FROM sec.claim_outbox(2147483647, '100 years')")
        assert cursor.fetchall() == [(3,)]
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT bool_and(lease_until < now() + interval '61 minutes') FROM notifications_outboxmessage")
        assert cursor.fetchall() == [(True,)]
    server.close()
