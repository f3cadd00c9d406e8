"""The audit trail cannot be changed unseen: not by the application, not by who owns the database."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tenants.audit.chain import GENESIS, canonical, link_hash
from tenants.audit.record import audit_record
from tenants.audit.sealing import audit_anchor, audit_seal
from tenants.audit.verification import audit_verify
from tenants.models import AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.tenants.sealing import seal_all


def _write(cast: Cast, *subjects: str) -> None:
    for subject in subjects:
        with tenant_scope(cast.sakura_dental.pk):
            audit_record(code="alerts.viewed", subject=subject, note='日本語と"引用"', rows=3)


@pytest.fixture
def superuser(database: None) -> Iterator[Any]:
    """What somebody could do who took over the database server."""
    taken = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    taken.autocommit = True
    yield taken.cursor()
    taken.close()


def _kinds(**options: Any) -> list[tuple[str, int | None]]:
    return [(flaw.kind, flaw.event_id) for flaw in audit_verify(**options).breaks]


def _ids() -> list[int]:
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as server, server.cursor() as cursor:
        cursor.execute("SELECT id FROM tenants_auditevent ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_sealed_rows_verify_and_what_came_since_is_the_tail(cast: Cast) -> None:
    _write(cast, "a", "b")
    assert seal_all() == len(_ids())
    _write(cast, "c")
    report = audit_verify()
    assert (report.breaks, report.links, report.tail) == ([], len(_ids()) - 1, 1)
    assert seal_all() == 1
    assert audit_seal() == 0


@pytest.mark.parametrize(
    "change",
    [
        "subject = 'x'",
        "at = at + interval '1 microsecond'",
        "tenant_id = tenant_id + 1",
        "actor_id = (SELECT min(id) FROM tenants_user)",
        "organisation_id = tenant_id",
        "data = data - 'rows'",
        "ip = '203.0.113.1'",
        "agent = 'x'",
        "grant_id = 1",
        "token_id = 1",
        "code = 'x'",
    ],
)
def test_a_changed_row_is_named_whatever_was_changed(cast: Cast, superuser: Any, change: str) -> None:
    _write(cast, "a", "b", "c")
    seal_all()
    victim = _ids()[-2]
    superuser.execute(f"UPDATE tenants_auditevent SET {change} WHERE id = %s", [victim])
    assert _kinds() == [("changed", victim)]


def test_a_removed_row_is_named(cast: Cast, superuser: Any) -> None:
    _write(cast, "a", "b", "c")
    seal_all()
    victim = _ids()[-2]
    superuser.execute("DELETE FROM tenants_auditevent WHERE id = %s", [victim])
    assert _kinds() == [("missing", victim)]


def test_a_row_removed_with_its_link_leaves_a_gap(cast: Cast, superuser: Any) -> None:
    _write(cast, "a", "b", "c")
    seal_all()
    victim = _ids()[-2]
    superuser.execute("DELETE FROM tenants_auditevent WHERE id = %s", [victim])
    superuser.execute("DELETE FROM tenants_auditseal WHERE event_id = %s", [victim])
    assert [kind for kind, _ in _kinds()] == ["gap"]


def test_exchanged_rows_are_seen(cast: Cast, superuser: Any) -> None:
    _write(cast, "a", "b", "c")
    seal_all()
    first, second = _ids()[-3:-1]
    superuser.execute(
        "UPDATE tenants_auditevent a SET subject = b.subject, at = b.at FROM tenants_auditevent b"
        " WHERE a.id IN (%(a)s, %(b)s) AND b.id IN (%(a)s, %(b)s) AND a.id <> b.id",
        {"a": first, "b": second},
    )
    assert _kinds() == [("changed", first), ("changed", second)]
    superuser.execute("UPDATE tenants_auditseal SET event_xid = event_xid + 1000000 WHERE event_id = %s", [first])
    assert ("reordered", second) in _kinds()


def test_a_row_put_in_afterwards_is_seen(cast: Cast, superuser: Any) -> None:
    _write(cast, "a", "b")
    seal_all()
    superuser.execute("ALTER TABLE tenants_auditevent DISABLE TRIGGER stamp")
    superuser.execute(
        "INSERT INTO tenants_auditevent (id, at, code, subject, data, xid) VALUES (900000, now(), 'x', 'x', '{}', 1)"
    )
    superuser.execute("ALTER TABLE tenants_auditevent ENABLE TRIGGER stamp")
    seal_all()
    assert _kinds() == [("inserted", 900000)]


def _rewrite_all(superuser: Any) -> None:
    """Change a row and every link after it, as somebody would who knows how the chain is made."""
    superuser.execute("UPDATE tenants_auditevent SET subject = 'nothing' WHERE id = %s", [_ids()[0]])
    superuser.execute(
        "SELECT s.position, sec.audit_fields(a) FROM tenants_auditseal s JOIN tenants_auditevent a ON a.id = s.event_id"
        " ORDER BY 1"
    )
    link = GENESIS
    for position, fields in superuser.fetchall():
        link = link_hash(link, fields)
        superuser.execute("UPDATE tenants_auditseal SET hash = %s WHERE position = %s", [link, position])


def test_a_chain_written_anew_is_seen_by_the_heads_kept_outside(
    cast: Cast, superuser: Any, tmp_path: Path, settings: Any
) -> None:
    settings.AUDIT_ANCHOR_DIR = str(tmp_path)
    _write(cast, "a", "b")
    seal_all()
    head = audit_anchor(now=timezone.now())
    assert head is not None
    assert _kinds(outside=[tmp_path]) == []
    _rewrite_all(superuser)
    superuser.execute("DELETE FROM tenants_auditanchor")
    assert _kinds() == []
    assert _kinds(outside=[tmp_path]) == [("rewritten", None)]
    superuser.execute("DELETE FROM tenants_auditseal WHERE position >= %s", [head.position])
    assert ("cut", None) in _kinds(outside=[tmp_path])


def test_a_forged_head_is_refused(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.AUDIT_ANCHOR_DIR = str(tmp_path)
    _write(cast, "a")
    seal_all()
    audit_anchor(now=timezone.now())
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text().replace('"key_id"', '"x": 1, "key_id"').replace("+00:00", "+01:00"))
    assert _kinds(outside=[tmp_path]) == [("bad_signature", None)]
    file.write_text("{}")
    assert _kinds(outside=[tmp_path]) == [("unreadable", None)]


def test_a_head_is_signed_once_an_hour_and_mailed_outside(cast: Cast, settings: Any) -> None:
    settings.AUDIT_ANCHOR_EMAIL = "auditor@elsewhere.invalid"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    now = timezone.now()
    _write(cast, "a")
    seal_all()
    assert audit_anchor(now=now) is not None
    _write(cast, "b")
    seal_all()
    assert audit_anchor(now=now + timedelta(minutes=59)) is None
    assert audit_anchor(now=now + timedelta(minutes=61)) is not None
    assert audit_anchor(now=now + timedelta(minutes=200)) is None, "nothing new"
    assert [message.to for message in mail.outbox] == [["auditor@elsewhere.invalid"]] * 2


def test_a_head_that_could_not_be_shipped_is_tried_again(cast: Cast, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "file" / "below")
    _write(cast, "a")
    seal_all()
    with pytest.raises(OSError):
        audit_anchor(now=timezone.now())
    settings.AUDIT_ANCHOR_DIR = str(tmp_path)
    assert audit_anchor(now=timezone.now()) is not None


def test_a_transaction_that_takes_long_is_never_overtaken(cast: Cast) -> None:
    """Its row has the older id and comes to light after the younger one: nothing younger is sealed before it."""
    written, finish = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with tenant_scope(cast.sakura_dental.pk):
                audit_record(code="alerts.viewed", subject="slow")
                written.set()
                finish.wait(20)
        finally:
            connection.close()

    seal_all()
    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    _write(cast, "fast")
    assert audit_seal() == 0
    assert audit_verify().tail == 1
    finish.set()
    thread.join()
    assert seal_all() == 2
    report = audit_verify()
    assert (report.breaks, report.tail) == ([], 0)


def test_two_sealers_at_once_make_one_chain(cast: Cast) -> None:
    _write(cast, *map(str, range(30)))

    def seal() -> None:
        try:
            audit_seal()
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all()
    report = audit_verify()
    assert (report.breaks, report.links, report.tail) == ([], len(_ids()), 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tenants_auditevent SET code = 'x'",
        "DELETE FROM tenants_auditevent",
        "SELECT 1 FROM tenants_auditseal",
        "INSERT INTO tenants_auditseal VALUES (1, 1, 1, '', now())",
        "DELETE FROM tenants_auditseal",
        "UPDATE tenants_auditanchor SET position = 1",
        "DELETE FROM tenants_auditanchor",
        "SELECT * FROM sec.audit_chain(0, 10)",
        "SELECT * FROM sec.audit_unsealed()",
        "SELECT setval('tenants_auditevent_id_seq', 1)",
        "ALTER TABLE tenants_auditevent DISABLE TRIGGER stamp",
    ],
)
def test_the_application_can_only_add(cast: Cast, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_application_cannot_choose_id_time_or_order_of_a_row(cast: Cast) -> None:
    before = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        AuditEvent.objects.bulk_create(
            [
                AuditEvent(id=10**12, tenant_id=cast.sakura_dental.pk, code="x", subject="x", xid=10**15, grant_id=9),
            ],
            ignore_conflicts=True,
        )
        row = AuditEvent.objects.get(code="x")
    assert row.pk < 10**6
    assert row.xid < 10**12
    assert row.grant_id is None
    assert row.at >= before


def test_verify_says_what_it_found_and_fails_on_a_break(cast: Cast, superuser: Any, tmp_path: Path) -> None:
    _write(cast, "a", "b")
    call_command("audit", "seal", stdout=StringIO())
    seal_all()
    output = StringIO()
    call_command("audit", "verify", stdout=output)
    assert "no break" in output.getvalue()
    assert "no head from outside was compared" in output.getvalue()
    victim = _ids()[-1]
    superuser.execute("UPDATE tenants_auditevent SET subject = 'x' WHERE id = %s", [victim])
    output = StringIO()
    with pytest.raises(CommandError, match="1 breaks"):
        call_command("audit", "verify", stdout=output)
    assert f"CHANGED: row {victim} " in output.getvalue()


def test_fields_that_only_look_alike_differ() -> None:
    assert canonical(["ab", "c"]) != canonical(["a", "bc"])
    assert canonical([None]) != canonical(["-"])
    assert canonical(["a,1:b"]) != canonical(["a", "b"])


def test_a_row_goes_with_what_it_tells_about(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        audit_record(code="alerts.viewed", subject="undone")
        transaction.set_rollback(True)
    with tenant_scope(cast.sakura_dental.pk):
        assert not AuditEvent.objects.filter(subject="undone").exists()
