"""Scenes of tests/access/scenes.py: rows of the desk found by words in them, for each table that holds words."""

from __future__ import annotations

from typing import Any

from tests.access.scenes import Scene, asked_by


def _like(table: str, number: int, also: str) -> str:
    """A second row of the assigned firm."""
    return (
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) ||"
        f" jsonb_build_object('id', {number}{also}))).* FROM {table} t WHERE t.id = (SELECT max(id) FROM {table}"
        " WHERE tenant_id = {firm});"
    )


# Rows without the words, which a join that lets go of one of its columns would give.
SPARE = (
    _like("incidents_case", -71, ", 'number', 971, 'title', 'x', 'state', 'new'")
    + _like("incidents_contact", -72, ", 'case_id', -71, 'caller_id', NULL, 'call_key', '', 'number_raw', ''")
    + _like("incidents_incident", -73, ", 'number', 973, 'family', 'spare', 'opened_reason', ''")
    + "UPDATE incidents_contact SET case_id = {case} WHERE id > 0 AND tenant_id = {firm};"
    + _like("incidents_desktask", -74, ", 'incident_id', NULL, 'attention_id', NULL, 'outcome', ''")
)
# (kind, table whose rows come, table and column that hold the words, as SQL)
WORDED = (
    ("case", "incidents_case", "incidents_case", "title = 'みみず'"),
    ("case", "incidents_case", "incidents_internalnote", "body = 'みみず'"),
    ("case", "incidents_case", "incidents_customermessage", "body = 'みみず'"),
    ("case", "incidents_case", "incidents_escalation", "question = 'みみず'"),
    ("case", "incidents_case", "incidents_caller", "name = 'みみず'"),
    ("case", "incidents_case", "incidents_caller", "firm_told = 'みみず'"),
    ("call", "incidents_contact", "incidents_caller", "name = 'みみず'"),
    ("call", "incidents_contact", "incidents_contact", "number_raw = 'みみず'"),
    ("incident", "incidents_incident", "incidents_incident", "opened_reason = 'みみず'"),
    ("incident", "incidents_incident", "incidents_incidentevent", """data = '{{"x": "みみず"}}'"""),
    ("task", "incidents_desktask", "incidents_desktask", "outcome = 'みみず'"),
    ("task", "incidents_desktask", "notifications_attention", """facts = '{{"x": "みみず"}}'"""),
    ("machine", "sensors_device", "sensors_device", "given_name = 'みみず'"),
    ("machine", "sensors_device", "sensors_device", "owner = 'みみず'"),
)


def _made(table: str, holder: str, change: str) -> str:
    return (
        f"{SPARE}UPDATE {holder} SET {change} WHERE id > 0;"
        f"CREATE TEMP TABLE whose AS SELECT id, tenant_id FROM {table};GRANT SELECT ON whose TO otasuke_app;"
    )


def _call(kind: str, words: str = "みみず", standing: str = "") -> str:
    return (
        "SELECT DISTINCT r.id > 0, w.tenant_id = {firm} FROM"
        f" sec.desk_rows_worded('{kind}', '{standing}', '{words}', 10) r JOIN whose w USING (id)"
        " WHERE w.tenant_id <> {office}"
    )


def _any(kind: str, words: str, standing: str = "") -> str:
    return f"SELECT count(*) > 0 FROM sec.desk_rows_worded('{kind}', '{standing}', '{words}', 10)"


def _worded(kind: str, table: str, holder: str, change: str) -> list[Scene]:
    before = _made(table, holder, change)
    nobody: dict[str, Any] = {
        who: [] for who in ("soc:owner", "office:owner", "vendor:owner", "insurer:owner", "nobody")
    }
    return [
        Scene("desk_rows_worded", "call_centre:owner", _call(kind), [(True, True)], before),
        Scene("desk_rows_worded", "call_centre:read_only", _call(kind), [(True, True)], before),
        Scene("desk_rows_worded", "call_centre:owner", _any(kind, "みみみ"), [False], before),
        *asked_by("desk_rows_worded", _call(kind), nobody, before),
    ]


TITLES = _made("incidents_case", "incidents_case", "title = 'みみず'")
OPEN, OVER = "UPDATE incidents_case SET state = 'new';", "UPDATE incidents_case SET state = 'solved';"
FOUND_BY_WORDS = [
    *(scene for row in WORDED for scene in _worded(*row)),
    *(
        Scene("desk_rows_worded", "call_centre:owner", _any("case", "みみず", standing), [answer], TITLES + state)
        for standing, state, answer in (
            ("open", OPEN, True),
            ("open", OVER, False),
            ("over", OPEN, False),
            ("over", OVER, True),
        )
    ),
    Scene("desk_rows_worded", "call_centre:owner", _any("incident", "みみず"), [False], TITLES),
    Scene(
        "desk_rows_worded",
        "call_centre:owner",
        _any("number", "9446"),
        [True],
        "UPDATE incidents_contact SET number_raw = '06-6944-6000'",
    ),
]
