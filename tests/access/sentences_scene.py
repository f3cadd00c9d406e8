"""More rows for tests/access/sentences.py, in the transaction that asks and never stored."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.access.world import World

# What the desk keeps of a call before it knows whose it is: under the number of the programme's office.
DESK = (
    "caller",
    "case",
    "caseevent",
    "contact",
    "customermessage",
    "deskpresence",
    "escalation",
    "incidentreceipt",
    "internalnote",
)
MARK = -7  # `xid` of the lines of the trail made here


def scene_make(cursor: Any, world: World) -> dict[str, Any]:
    """Add the rows as superuser; the words that sentences are filled with. No trigger runs: only the wall answers."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    thing, vendor = world.things["assigned"], world.role("vendor:owner")
    words: dict[str, Any] = {
        "firm": world.firms["assigned"],
        "office": world.role("office:owner").organisation_id,
        "job": thing["job"],
        "programme": world.programme,
        "vendor": vendor.organisation_id,
        "mark": MARK,
        "recovery": world.role("data_recovery:owner").organisation_id,
        "insurer": world.role("insurer:owner").organisation_id,
        "reader": world.role("buyer:member").user_id,
        "others": (world.things["foreign"]["owner"], world.things["expired"]["owner"]),
        "elsewhere": _scalar(cursor, f"SELECT id FROM tenants_programme WHERE id <> {world.programme}"),
        "stranger": _scalar(cursor, "SELECT id FROM tenants_organisation WHERE name = 'ほかの事業者'"),
    }
    words["founding"] = hashlib.sha256(b"founder").hexdigest()
    _programme(cursor, words)
    _desk(cursor, words)
    _jobs(cursor, words)
    _trail(cursor, words)
    return words


def _scalar(cursor: Any, sql: str) -> Any:
    cursor.execute(sql)
    return cursor.fetchone()[0]


def _copy(cursor: Any, table: str, where: str, words: dict[str, Any], **put: str) -> int:
    """Copy the first row that `where` finds, with these columns changed."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = ''",
        (table,),
    )
    columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
    put = {"id": f"(SELECT coalesce(min(id), 0) - 1 FROM {table} WHERE id < 0)"} | put
    changed = ", ".join(f"'{name}', {value.format_map(words)}" for name, value in put.items())
    cursor.execute(
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM"
        f" jsonb_populate_record(NULL::{table}, (SELECT to_jsonb(t) FROM {table} t WHERE {where.format_map(words)}"
        f" ORDER BY id DESC LIMIT 1) || jsonb_build_object({changed})) RETURNING id"
    )
    return int(cursor.fetchone()[0]) if table != "tenants_application" else 0


def _programme(cursor: Any, words: dict[str, Any]) -> None:
    """Of the programme and of another: knowledge, answers, mails, warnings, vendors, settings; what is decided."""

    def run(sql: str) -> None:
        cursor.execute(sql.format_map(words))

    _copy(cursor, "incidents_article", "state = 'published'", words, state="'draft'")
    _copy(cursor, "incidents_article", "state = 'published'", words, programme_id="{elsewhere}")
    _copy(cursor, "incidents_readyanswer", "true", words, programme_id="{elsewhere}")
    _copy(cursor, "incidents_deskmail", "true", words, state="'waiting'", identity="'w'")
    mail = _copy(cursor, "incidents_deskmail", "true", words, programme_id="{elsewhere}")
    _copy(cursor, "incidents_mailfile", "true", words, mail_id=str(mail))
    _copy(cursor, "incidents_mailboxfault", "true", words, programme_id="{elsewhere}")
    # The office's second programme, in which nobody takes part yet.
    words["second"] = _copy(cursor, "tenants_programme", "id = {programme}", words)
    run(
        "INSERT INTO tenants_programmepartner (programme_id, organisation_id)"
        " SELECT {second}, organisation_id FROM tenants_programmepartner WHERE programme_id = {programme}"
    )
    run(
        "INSERT INTO incidents_earlywarning (kind, value, firms, raised_at, programme_id)"
        " SELECT 'signature', 'x', 3, now(), p FROM unnest(ARRAY[{programme}, {second}, {elsewhere}]) p"
    )
    run(
        "INSERT INTO incidents_vendorprofile (kinds, qualifications, profile, areas, area_words, weekdays, holidays,"
        " year_end, days_ask, opens, closes, ask_first, changed_at, organisation_id) SELECT '{{}}', '', '', '[]', '',"
        " '{{}}', false, false, false, 9, 17, false, now(), v FROM unnest(ARRAY[{vendor}, {stranger}]) v"
    )
    for programme, vendor in (("programme", "vendor"), ("elsewhere", "vendor"), ("programme", "stranger")):
        run(
            "INSERT INTO incidents_vendorlisting (listed_from, organisation_id, programme_id)"
            f" VALUES ('2026-04-01', {{{vendor}}}, {{{programme}}})"
        )
    for holder in ("vendor", "insurer"):
        run(
            "INSERT INTO insurance_bankaccount (bank_code, bank_kana, branch_code, branch_kana, type, number,"
            " holder_kana, client_code, changed_at, organisation_id)"
            f" VALUES ('0001', 'x', '001', 'x', '1', '1', 'x', '', now(), {{{holder}}})"
        )
    for programme in ("programme", "elsewhere"):
        run(
            "INSERT INTO tenants_programmesettings (version, effective_from, values, reason, programme_id)"
            f" VALUES (900, now(), '{{{{}}}}', '', {{{programme}}}),"
            f" (901, now() + interval '1 day', '{{{{}}}}', '', {{{programme}}})"
        )
    _copy(
        cursor, "tenants_application", "programme_id = {programme}", words, id="gen_random_uuid()", state="'rejected'"
    )
    _copy(cursor, "tenants_consent", "tenant_id = {firm}", words, revoked_at="now()", field_group="'work'")
    run("INSERT INTO alerts_savedfilter (person_id, name, query, saved_at) VALUES ({reader}, 'x', 'x', now())")
    run(
        "INSERT INTO tenants_founding (key_hash, key_until, programme_id, made_at)"
        " VALUES ('\\x{founding}', now() + interval '1 hour', {programme}, now())"
    )
    for programme in ("programme", "elsewhere"):
        run(
            "INSERT INTO tenants_firmlist (programme_id, file_name, form, rows, errors, unknown, is_cut, read_at,"
            " read_by_id)"
            f" VALUES ({{{programme}}}, 'x', 'x', '[]', '[]', '[]', false, now(), {{reader}})"
        )
        run(
            "INSERT INTO tenants_formerpartner (programme_id, organisation_id, joined_at, left_at, reason, firms)"
            f" VALUES ({{{programme}}}, {{vendor}}, now(), now(), '', 0)"
        )
    for programme in ("{programme}", "{elsewhere}"):
        _copy(cursor, "alerts_tuning", "firm_id = {firm}", words, firm_id="NULL::bigint", programme_id=programme)


def _desk(cursor: Any, words: dict[str, Any]) -> None:
    for name in DESK:
        _copy(cursor, f"incidents_{name}", "tenant_id = {firm}", words, tenant_id="{office}")


def _jobs(cursor: Any, words: dict[str, Any]) -> None:
    """The firm's job is handed to the office; two more jobs of the firm, with grants for vendor and recovery."""
    cursor.execute("UPDATE incidents_job SET office_since = now() WHERE id = %s", (words["job"],))
    for name, state, vendor in (("settled", "settled", "vendor"), ("anothers", "issued", "stranger")):
        words[name] = _copy(
            cursor,
            "incidents_job",
            "id = {job}",
            words,
            number=f"{len(words)}00",
            office_since="NULL::timestamptz",
            incident_id=f"-{len(words)}",
        )
        for holder, capability in (("vendor", "job"), ("recovery", "job_offer")):
            _copy(
                cursor,
                "tenants_accessgrant",
                "valid @> now() AND capability = 'job' AND tenant_id = {firm}",
                words,
                subject_id=f"{{{name}}}",
                grantee_id=f"{{{holder}}}",
                capability=f"'{capability}'",
            )
        _copy(
            cursor,
            "incidents_invoice",
            "job_id = {job}",
            words,
            job_id=f"{{{name}}}",
            state=f"'{state}'",
            vendor_id=f"{{{vendor}}}",
            key="gen_random_uuid()",
        )
    offer = ("incidents_joboffer", "job_id = {job}", words)
    _copy(cursor, *offer, vendor_id="{vendor}", state="'accepted'")
    _copy(cursor, *offer, vendor_id="{recovery}", state="'declined'")
    _copy(cursor, *offer, vendor_id="{stranger}", job_id="{anothers}")
    _copy(cursor, "incidents_jobevent", "job_id = {job}", words, vendor_id="{stranger}")


def _trail(cursor: Any, words: dict[str, Any]) -> None:
    """Log-ins of one person, and other lines about the same person."""
    for code in ("person.logged_in", "person.log_in_failed", "other.thing"):
        _copy(
            cursor,
            "tenants_auditevent",
            "tenant_id = {firm}",
            words,
            code=f"'{code}'",
            tenant_id="NULL::bigint",
            xid="{mark}",
            subject="'user:{reader}'",
            actor_id="NULL::bigint" if "failed" in code else "{reader}",
        )
