"""Scenes of tests/access/scenes.py: a caller whom the desk identifies takes along what is theirs."""

from __future__ import annotations

from tests.access.scenes import Scene


def _row(table: str, own: int, firm: str = "office", **put: str) -> str:
    """A row like the one that lies under the office: number -own."""
    changed = "".join(f", '{column}', {value}" for column, value in put.items())
    return (
        f"INSERT INTO incidents_{table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::incidents_{table},"
        f" to_jsonb(t) || jsonb_build_object('id', -{own}, 'tenant_id', {{{firm}}}{changed}))).*"
        f" FROM incidents_{table} t WHERE t.tenant_id = {{office}} AND t.id > -100 ORDER BY t.id DESC LIMIT 1;"
    )


def _caller(number: int, merged: str = "NULL", firm: str = "office") -> str:
    return _row("caller", number, firm, merged_into_id=merged)


def _case(number: int, merged: str = "NULL", firm: str = "office") -> str:
    return _row("case", number, firm, merged_into_id=merged, number=str(number))


def _contact(number: int, caller: str, case: str, firm: str = "office") -> str:
    return _row("contact", number, firm, caller_id=caller, case_id=case, call_key="''")


# Caller 101 is known by two cards more (102, 104) and shares case 111 with 103; that case belongs with 112 and 113.
# 107 to 109, 117 to 119 and what another firm knows (126 to 128) have nothing to do with it.
CALLERS = (
    _caller(101, "-104")
    + _caller(102, "-101")
    + _caller(103)
    + _caller(104)
    + _caller(107)
    + _caller(109, "-107")
    + _caller(108)
    + _case(111, "-113")
    + _case(112, "-111")
    + _case(113)
    + _case(117)
    + _case(119, "-117")
    + _case(118, firm="f_foreign")
    + _contact(121, "-101", "-111")
    + _contact(122, "-103", "-111")
    + _contact(123, "-101", "NULL")
    + _contact(124, "NULL", "-112")
    + _contact(129, "-109", "-119")
    + _contact(126, "-108", "-111", "f_foreign")
    + _contact(127, "-101", "-118", "f_foreign")
    + "".join(
        _row(table, 131, case_id="-111")
        + _row(table, 132, case_id="-119")
        + _row(table, 133, "f_foreign", case_id="-111")
        for table in ("caseevent", "internalnote", "customermessage", "escalation")
    )
    + _row("deskpresence", 141, subject="'case'", subject_id="-111")
    + _row("deskpresence", 142, subject="'task'", subject_id="-111")
    + _row("deskpresence", 143, subject="'case'", subject_id="-119")
    + _row("deskpresence", 144, "f_foreign", subject="'case'", subject_id="-111")
    + "UPDATE incidents_case SET number = 900 WHERE tenant_id = {f_foreign} AND id > 0;"
)
TABLES = ("caller", "case", "contact", "caseevent", "internalnote", "customermessage", "escalation", "deskpresence")
MOVED = (
    " UNION ALL ".join(
        f"SELECT '{table}', array_agg(-id ORDER BY -id) FROM incidents_{table} WHERE tenant_id = {{firm}} AND id < -100"
        for table in TABLES
    )
    + " UNION ALL SELECT 'first number', ARRAY[min(number)] FROM incidents_case WHERE id IN (-111, -112, -113)"
)
IDENTIFY = "SELECT sec.identify_caller(%s, {%s})"
ALONG = [
    ("caller", [101, 102, 103, 104]),
    ("case", [111, 112, 113]),
    ("contact", [121, 122, 123, 124]),
    ("caseevent", [131]),
    ("internalnote", [131]),
    ("customermessage", [131]),
    ("escalation", [131]),
    ("deskpresence", [141]),
    ("first number", [32]),
]
CALLED = [
    Scene("identify_caller", "call_centre:owner", IDENTIFY % ("-101", "firm"), ([3], ALONG), CALLERS, MOVED),
    Scene("identify_caller", "call_centre:owner", IDENTIFY % ("-104", "firm"), ([3], ALONG), CALLERS, MOVED),
    Scene("identify_caller", "call_centre:owner", IDENTIFY % ("-101", "f_foreign"), "42501", CALLERS),
    Scene("identify_caller", "call_centre:owner", IDENTIFY % ("-999", "firm"), "42501", CALLERS),
    Scene("identify_caller", "call_centre:read_only", IDENTIFY % ("-101", "firm"), "42501", CALLERS),
    Scene("identify_caller", "soc:owner", IDENTIFY % ("-101", "firm"), "42501", CALLERS),
]
