"""Vendors, insurers, outreach desks and offices see what their grant is for, field by field, while it lasts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from sensors.models import Sensor
from tenants.consents import consent_give, consent_revoke
from tenants.models import AccessGrant, User
from tenants.tenancy.break_glass import GlassHolds, break_glass
from tenants.tenancy.scope import person_scope
from tests.access.doors import doors_check
from tests.access.world import MARKS, Role, World, superuser


def _rows(role: Role, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    assert role.user_id is not None
    assert role.organisation_id is not None
    with person_scope(role.user_id, role.organisation_id), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _everything(world: World, door: str, *values: Any) -> dict[str, list[tuple[Any, ...]]]:
    """What each role that has an organisation gets from a door, roles with nothing left out."""
    people = [role for role in world.roles if role.organisation_id and role.user_id]
    by_role = {role.name: _rows(role, f"SELECT * FROM sec.{door}", *values) for role in people}
    return {name: rows for name, rows in by_role.items() if rows}


def _grant(world: World, capability: str, firm: str) -> int:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tenants_accessgrant WHERE capability = %s AND tenant_id = %s AND reason <> 'a slip'",
            (capability, world.firms[firm]),
        )
        grant_id: int = cursor.fetchone()[0]
    server.close()
    return grant_id


def _insides(kind: str) -> set[str]:
    return {f"{kind}:owner", f"{kind}:member", f"{kind}:read_only"}


def test_a_vendor_sees_the_firm_of_its_job_and_before_it_takes_it_only_where_and_what(world: World) -> None:
    cards = _everything(world, "job_cards()")
    assert set(cards) == _insides("vendor") | _insides("data_recovery")
    mark = MARKS["assigned"]
    (job,) = cards["vendor:member"]
    assert job[1] is True
    assert job[16:19] == (f"{mark}社", f"{mark}町1", f"06-{mark}")
    assert job[21] == 31
    (offer,) = cards["data_recovery:member"]
    assert offer[1] is False
    assert offer[7:9] == ("みどり県", f"{mark}市")
    assert offer[14:] == (None,) * 8


def test_a_vendor_sees_the_alerts_of_its_jobs_incident_and_no_others(world: World) -> None:
    findings = _everything(world, "job_findings(%s)", world.things["assigned"]["job"])
    assert set(findings) == _insides("vendor")
    assert [row[3] for row in findings["vendor:owner"]] == [f"{MARKS['assigned']} callback"]
    for other in ("expired", "foreign"):
        assert _everything(world, "job_findings(%s)", world.things[other]["job"]) == {}


def test_an_insurer_sees_claims_and_their_evidence_without_the_firms_address_or_devices(world: World) -> None:
    cards = _everything(
        world, "claim_cards(%s)", [world.things[name]["claim"] for name in ("assigned", "expired", "foreign")]
    )
    assert set(cards) == _insides("insurer")
    ((claim, _until, firm, number, *_rest),) = cards["insurer:read_only"]
    assert (claim, firm, number) == (world.things["assigned"]["claim"], f"{MARKS['assigned']}社", 31)
    evidence = _everything(world, "claim_evidence(%s)", claim)
    assert set(evidence) == _insides("insurer")
    assert "192.168" not in str(evidence)
    assert f"{MARKS['assigned']}町" not in str(cards)
    for other in ("expired", "foreign"):
        assert _everything(world, "claim_evidence(%s)", world.things[other]["claim"]) == {}


def test_an_outreach_desk_sees_the_firms_it_introduced_and_their_state(world: World) -> None:
    firms = _everything(world, "introduced_firms()")
    assert set(firms) == _insides("outreach")
    ((_id, firm, _municipality, _since, watched),) = firms["outreach:member"]
    assert (firm, watched) == (f"{MARKS['assigned']}社", True)


def test_an_office_sees_by_name_only_the_groups_of_fields_the_firm_agreed_to(world: World) -> None:
    owner, office = world.role("sme:owner"), world.role("office:member")
    firm = world.firms["assigned"]
    by = User.objects.get(pk=owner.user_id or 0)
    firms = _everything(world, "office_firms()")
    assert set(firms) == _insides("office")
    assert [(row[0], row[2], row[4], row[5]) for row in firms["office:member"]] == [(firm, 1, None, None)]
    with transaction.atomic():
        with person_scope(owner.user_id or 0, firm):
            consent_give(tenant_id=firm, field_group="incidents", by=by)
            assert consent_revoke(tenant_id=firm, field_group="watching", by=by)
            assert not consent_revoke(tenant_id=firm, field_group="watching", by=by)
        seen = _rows(office, "SELECT active_boxes, last_seen_at, incidents, open_incidents FROM sec.office_firms()")
        assert seen == [(None, None, 2, 2)]
        with person_scope(owner.user_id or 0, firm):
            assert consent_revoke(tenant_id=firm, field_group="incidents", by=by)
        seen = _rows(office, "SELECT active_boxes, last_seen_at, incidents, open_incidents FROM sec.office_firms()")
        assert seen == [(None, None, None, None)]
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("sql", "who"),
    [
        ("UPDATE tenants_consent SET revoked_at = NULL, revoked_by_id = NULL", "sme:owner"),
        ("UPDATE tenants_consent SET revoked_at = now(), revoked_by_id = 1", "sme:owner"),
        ("UPDATE tenants_consent SET field_group = 'incidents'", "sme:owner"),
        (
            "INSERT INTO tenants_consent (tenant_id, field_group, version, given_at, given_by_id)"
            " VALUES ({firm}, 'incidents', 1, now(), 1)",
            "sme:owner",
        ),
        (
            "INSERT INTO tenants_consent (tenant_id, field_group, version, given_at, given_by_id, revoked_at)"
            " VALUES ({firm}, 'incidents', 1, now(), {user}, now())",
            "sme:owner",
        ),
    ],
)
def test_consent_is_given_and_taken_back_in_ones_own_name_and_never_rewritten(world: World, sql: str, who: str) -> None:
    role = world.role(who)
    with pytest.raises(DatabaseError, match=r"row-level security|permission denied"):
        _rows(role, sql.format(firm=world.firms["assigned"], user=role.user_id) + " RETURNING 1")


def test_consent_once_revoked_cannot_be_dated_again(world: World) -> None:
    owner, firm = world.role("sme:owner"), world.firms["assigned"]
    with transaction.atomic():
        with person_scope(owner.user_id or 0, firm):
            assert consent_revoke(tenant_id=firm, field_group="watching", by=User.objects.get(pk=owner.user_id or 0))
        sql = f"UPDATE tenants_consent SET revoked_at = now(), revoked_by_id = {owner.user_id} RETURNING 1"
        assert _rows(owner, sql) == []
        transaction.set_rollback(True)


def test_a_vendor_and_a_soc_lose_sight_the_second_their_grant_ends_with_no_job_having_run(world: World) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=1)
    vendor, soc = world.role("vendor:owner"), world.role("soc:owner")
    server = superuser()
    server.autocommit = True
    with server.cursor() as cursor:
        for role, capability, subject in ((vendor, "job", world.things["foreign"]["job"]), (soc, "watch", None)):
            cursor.execute(
                "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
                " VALUES (%s, %s, %s, %s, tstzrange(now(), %s), 'for one second')",
                (role.organisation_id, world.firms["foreign"], capability, subject, ends),
            )
    try:
        sensors = "SELECT DISTINCT tenant_id FROM sensors_sensor"
        assert len(_rows(vendor, "SELECT 1 FROM sec.job_cards()")) == 2
        assert {row[0] for row in _rows(soc, sensors)} == {world.firms["assigned"], world.firms["foreign"]}
        time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds()) + 0.01)
        assert len(_rows(vendor, "SELECT 1 FROM sec.job_cards()")) == 1
        assert {row[0] for row in _rows(soc, sensors)} == {world.firms["assigned"]}
    finally:
        with server.cursor() as cursor:
            cursor.execute("DELETE FROM tenants_accessgrant WHERE reason = 'for one second'")
        server.close()


WHY = "書き込みが止まったため確認する"


def test_breaking_the_glass_shows_the_firm_tells_it_and_is_written_down(world: World) -> None:
    operator, firm = world.role("platform:member"), world.firms["foreign"]
    assert operator.user_id is not None
    assert operator.organisation_id is not None
    with transaction.atomic():
        with person_scope(operator.user_id, operator.organisation_id) as scope:
            assert firm not in scope.tenants
            made = break_glass(tenant_id=firm, reason=WHY, lasting=timedelta(hours=4))
        with person_scope(operator.user_id, operator.organisation_id) as scope:
            assert firm in scope.tenants
            assert Sensor.objects.filter(tenant_id=firm).exists()
            assert not Sensor.objects.filter(tenant_id=firm).update(name="x")
        with person_scope(world.things["foreign"]["owner"], firm), connection.cursor() as cursor:
            cursor.execute(
                'SELECT "to", kind, text, html FROM notifications_outboxmessage WHERE key = %s', [f"break_glass:{made}"]
            )
            ((to, kind, text, html),) = cursor.fetchall()
            assert (to, kind) == (f"{MARKS['foreign'].lower()}@firm.invalid", "break_glass")
            assert WHY in text
            assert WHY in html
            cursor.execute(
                "SELECT subject, data->>'reason', actor_id FROM tenants_auditevent WHERE code = 'glass.broken'"
            )
            assert cursor.fetchall() == [(f"grant:{made}", WHY, operator.user_id)]
        transaction.set_rollback(True)


def test_a_firm_without_a_notice_address_is_told_through_its_owner_and_one_without_anybody_stays_shut(
    world: World,
) -> None:
    operator, firm = world.role("platform:owner"), world.firms["foreign"]
    server = superuser()
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("UPDATE tenants_organisation SET email = '' WHERE id = %s", (firm,))
        try:
            with transaction.atomic():
                made = _broken(operator, firm)
                with person_scope(world.things["foreign"]["owner"], firm), connection.cursor() as firm_cursor:
                    firm_cursor.execute(
                        'SELECT "to" FROM notifications_outboxmessage WHERE key = %s', [f"break_glass:{made}"]
                    )
                    assert firm_cursor.fetchall() == [("owner-foreign@firm.invalid",)]
                transaction.set_rollback(True)
            cursor.execute("UPDATE tenants_user SET is_active = false WHERE email = 'owner-foreign@firm.invalid'")
            with pytest.raises(GlassHolds, match="nobody"):
                _broken(operator, firm)
        finally:
            cursor.execute("UPDATE tenants_user SET is_active = true WHERE email = 'owner-foreign@firm.invalid'")
            address = f"{MARKS['foreign'].lower()}@firm.invalid"
            cursor.execute("UPDATE tenants_organisation SET email = %s WHERE id = %s", (address, firm))
            server.close()


def _broken(role: Role, firm: int, reason: str = WHY, lasting: timedelta = timedelta(hours=1)) -> int:
    with person_scope(role.user_id or 0, role.organisation_id or 0):
        return break_glass(tenant_id=firm, reason=reason, lasting=lasting)


def test_only_operators_who_may_write_break_the_glass(world: World) -> None:
    for role in world.roles:
        if role.organisation_id and role.name not in {"platform:owner", "platform:member"}:
            with pytest.raises(GlassHolds, match="not an operator"):
                _broken(role, world.firms["foreign"])
    platform = world.role("platform:owner").organisation_id
    for name in ("nobody", "former", "soc:owner"):
        stranger = world.role(name)
        with pytest.raises(GlassHolds, match="not an operator"):
            _broken(Role("stranger", stranger.user_id, platform), world.firms["foreign"])


@pytest.mark.parametrize(
    ("reason", "minutes", "problem"),
    [
        ("短い", 60, "reason"),
        (" " * 30, 60, "reason"),
        (WHY, 0, "one minute"),
        (WHY, 241, "four hours"),
    ],
)
def test_the_glass_holds_without_a_reason_or_for_longer_than_four_hours(
    world: World, reason: str, minutes: int, problem: str
) -> None:
    with pytest.raises(GlassHolds, match=problem):
        _broken(world.role("platform:owner"), world.firms["foreign"], reason, timedelta(minutes=minutes))


@pytest.mark.parametrize(("subject", "text", "html"), [("s", "nothing of it", "h"), ("", WHY, "h"), ("s", WHY, "")])
def test_the_glass_holds_when_the_notice_would_not_say_why(world: World, subject: str, text: str, html: str) -> None:
    with pytest.raises(DatabaseError, match="notice"):
        _rows(
            world.role("platform:owner"),
            "SELECT sec.break_glass(%s, %s, 60, %s, %s, %s)",
            world.firms["foreign"],
            WHY,
            subject,
            text,
            html,
        )


def test_the_glass_of_an_organisation_that_is_no_firm_cannot_be_broken(world: World) -> None:
    with pytest.raises(GlassHolds, match="nobody"):
        _broken(world.role("platform:owner"), world.role("soc:owner").organisation_id or 0)


def test_nobody_else_makes_such_a_grant_not_even_the_owner_of_the_tables(world: World) -> None:
    from psycopg2.extras import DateTimeTZRange

    now = datetime.now(UTC)
    with pytest.raises(DatabaseError, match="row-level security"):
        AccessGrant.objects.using("owner").create(
            grantee_id=world.role("platform:owner").organisation_id or 0,
            tenant_id=world.firms["foreign"],
            capability="breakglass",
            valid=DateTimeTZRange(now, now + timedelta(hours=1)),
            reason="a reason long enough",
        )


@pytest.mark.parametrize(
    ("kind", "capability", "subject", "hours"),
    [
        ("vendor", "watch", None, None),
        ("vendor", "desk", None, None),
        ("insurer", "job", 1, None),
        ("soc", "breakglass", None, 1),
        ("sme", "office", None, None),
        ("vendor", "job", None, None),
        ("soc", "watch", 1, None),
        ("platform", "breakglass", None, 5),
        ("platform", "breakglass", None, None),
    ],
)
def test_a_grant_that_does_not_fit_its_holder_or_has_no_end_where_it_must_is_refused(
    world: World, kind: str, capability: str, subject: int | None, hours: int | None
) -> None:
    """Even as superuser: these are constraints, not rights."""
    server = superuser()
    with pytest.raises(psycopg2.errors.CheckViolation), server.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
            " VALUES (%s, %s, %s, %s, tstzrange(now(), now() + make_interval(hours => %s)), 'a reason long enough')",
            (world.role(f"{kind}:owner").organisation_id, world.firms["foreign"], capability, subject, hours),
        )
    server.close()


def test_a_grant_over_an_organisation_that_is_no_firm_is_refused(world: World) -> None:
    server = superuser()
    with pytest.raises(psycopg2.errors.CheckViolation), server.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)"
            " VALUES (%s, %s, 'watch', tstzrange(now(), NULL), 'x')",
            (world.role("soc:owner").organisation_id, world.role("vendor:owner").organisation_id),
        )
    server.close()


def test_two_jobs_at_one_firm_are_two_grants_and_the_same_twice_is_refused(world: World) -> None:
    server = superuser()
    sql = (
        "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
        " VALUES (%s, %s, 'job', %s, tstzrange(now(), NULL), 'x')"
    )
    vendor, firm = world.role("vendor:owner").organisation_id, world.firms["assigned"]
    with server.cursor() as cursor:
        cursor.execute(sql, (vendor, firm, 999_999))
        with pytest.raises(psycopg2.errors.ExclusionViolation):
            cursor.execute(sql, (vendor, firm, 999_999))
    server.close()


def test_applications_are_read_by_their_programmes_office_and_by_nobody_else(world: World) -> None:
    people = [role for role in world.roles if role.organisation_id and role.user_id]
    counts = {role.name: len(_rows(role, "SELECT 1 FROM tenants_application")) for role in people}
    assert {name: count for name, count in counts.items() if count} == dict.fromkeys(_insides("office"), 1)


def test_every_door_gives_every_role_what_its_grants_are_for_and_a_slip_shows_nothing(world: World) -> None:
    cases = list(doors_check(world))
    assert [str(case) for case in cases if not case.agrees] == []
    assert len(cases) > 1000


def test_only_a_firm_gives_consent(world: World) -> None:
    for kind in ("soc", "buyer", "vendor"):
        role = world.role(f"{kind}:owner")
        with pytest.raises(DatabaseError, match="row-level security"):
            _rows(
                role,
                "INSERT INTO tenants_consent (tenant_id, field_group, version, given_at, given_by_id)"
                " VALUES (%s, 'incidents', 1, now(), %s) RETURNING 1",
                role.organisation_id,
                role.user_id,
            )
