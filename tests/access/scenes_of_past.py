"""Scenes of tests/access/scenes.py: what past jobs took, and the months of a programme's cover."""

from __future__ import annotations

from tests.access.scenes import Scene, played
from tests.access.scenes_of_figures import FIVE, _last, _rows

# Three jobs of the programme's firms are over: of one firm 30 minutes, of the others 40 and 50.
OVER = (
    "UPDATE incidents_job SET state = 'closed', kind = 'first_response' WHERE id IN ({job}, {expired[job]},"
    " {foreign[job]});"
    "UPDATE incidents_workentry SET way = 'remote', minutes = CASE job_id WHEN {job} THEN 30 WHEN {expired[job]}"
    " THEN 40 ELSE 50 END;"
    "UPDATE incidents_invoice SET total_yen = 10000 + job_id WHERE id > 0;"
    # Beside them: an invoice and work of another job of the firm, and a visit of no minutes.
    "INSERT INTO incidents_invoice OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::incidents_invoice,"
    " to_jsonb(t) || jsonb_build_object('id', 99999, 'job_id', -998, 'total_yen', 1, 'key', gen_random_uuid()))).*"
    " FROM incidents_invoice t WHERE t.job_id = {job};"
    "INSERT INTO incidents_workentry OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::incidents_workentry,"
    " to_jsonb(t) || jsonb_build_object('id', n, 'job_id', CASE n WHEN -51 THEN -998 ELSE t.job_id END, 'minutes',"
    " CASE n WHEN -51 THEN 500 ELSE 0 END, 'way', 'on_site', 'key', gen_random_uuid()))).*"
    " FROM incidents_workentry t, unnest(ARRAY[-51, -52]) n WHERE t.job_id = {job};"
)
EFFORT = (
    "SELECT level, way, jobs, bills, minutes_low, minutes_middle, minutes_high, yen_low - {{job}}, yen_high -"
    " {{foreign[job]}} FROM sec.past_effort({{programme}}, {0}, {1}) ORDER BY level"
)

NOTHING = EFFORT.format("''", "''")
ALL = [(2, "remote", 5, 5, 30, 40, 50, 10000, 10000)]
# Two more jobs, the shortest and the longest; and two of firms that are not the programme's: never counted.
MORE = (
    FIVE
    + _rows("incidents_incident")
    + _rows("incidents_job", "", ", 'incident_id', n, 'state', 'closed'")
    + _rows(
        "incidents_workentry",
        "",
        ", 'job_id', n, 'key', gen_random_uuid(), 'minutes', CASE n WHEN -21 THEN 20 ELSE 60 END",
    )
    + _rows(
        "incidents_invoice",
        "",
        ", 'job_id', n, 'key', gen_random_uuid(), 'total_yen', CASE n WHEN -21 THEN 1 ELSE 90000000 END",
    )
)
MORE_WORK = (
    "INSERT INTO incidents_workentry OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::incidents_workentry,"
    " to_jsonb(t) || jsonb_build_object('id', -41, 'key', gen_random_uuid()%s))).* FROM incidents_workentry t WHERE t."
    + _last("incidents_workentry")
)
FEWER: list[object] = []
PAST = [
    *played(
        "past_effort",
        "call_centre:owner",
        NOTHING,
        ALL,
        ("UPDATE incidents_job SET state = 'started' WHERE id = {job}", FEWER),
        ("UPDATE incidents_job SET kind = 'installation' WHERE id = {job}", FEWER),
        ("DELETE FROM tenants_enrolment WHERE tenant_id = {firm}", FEWER),
        (
            MORE_WORK % ", 'minutes', 1, 'reason', 'x', 'corrects_id', t.id",
            [(2, "remote", 5, 5, 20, 40, 50, 10000, 10000)],
        ),
        (MORE_WORK % ", 'minutes', 7", [(2, "remote", 5, 5, 37, 40, 50, 10000, 10000)]),
        (
            "UPDATE incidents_invoice SET state = 'void' WHERE job_id = {expired[job]}",
            [(2, "remote", 5, 0, 30, 40, 50, None, None)],
        ),
        ("UPDATE incidents_workentry SET minutes = 0 WHERE job_id = {job}", FEWER),
        before=OVER + MORE,
    ),
    Scene(
        "past_effort",
        "call_centre:owner",
        EFFORT.format("'f'", "'none'"),
        [(0, "remote", 5, 5, 30, 40, 50, 10000, 10000), *ALL],
        OVER + MORE + "UPDATE incidents_incident SET family = 'f', asset_key = id::text",
    ),
    Scene(
        "past_effort",
        "call_centre:owner",
        EFFORT.format("'none'", "'fx'"),
        [(1, "remote", 5, 5, 30, 40, 50, 10000, 10000), *ALL],
        OVER
        + MORE
        + _rows("alerts_alertgroup")
        + _rows("incidents_incidentgroup", "", ", 'incident_id', n, 'group_id', n")
        + "UPDATE alerts_alertgroup g SET function = CASE WHEN EXISTS (SELECT 1 FROM"
        " incidents_incidentgroup x WHERE x.group_id = g.id AND x.incident_id IN ({incident}, {expired[incident]},"
        " {foreign[incident]}, -21, -22)) THEN 'fx' ELSE 'aa' END",
    ),
]

# A month ago the cover began with another insurer's terms; three claims of this month, one of the other programme's.
MONTHS = (
    "SELECT month = date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo')::date, firms, premium_yen, made, asked_yen,"
    " rejected, paid, paid_yen FROM sec.insurance_months() ORDER BY month DESC LIMIT 1"
)
PAID = (
    "UPDATE insurance_claim SET state = 'paid', slot = 1, approved_yen = asked_yen, submitted_at = now(), paid_on ="
    " (now() AT TIME ZONE 'Asia/Tokyo')::date;"
)
THIS = [(True, 3, 500, 3, 144000, 0, 3, 144000)]
LESS = [(True, 3, 500, 2, 96000, 0, 3, 144000)]
POLICY = (
    "INSERT INTO insurance_policyversion OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record("
    "NULL::insurance_policyversion, to_jsonb(t) || jsonb_build_object('id', %s, 'valid_from', '%s', 'programme_id', %s,"
    " 'insurer_id', %s, 'premium_yen', 900))).* FROM insurance_policyversion t WHERE id > 0;"
)
CLAIM = "UPDATE insurance_claim SET {0} WHERE id = {{claim}}"
COVER = [
    *played(
        "insurance_months",
        "office:owner",
        MONTHS,
        THIS,
        (CLAIM.format("submitted_at = now() - interval '40 days'"), LESS),
        (CLAIM.format("submitted_at = now() + interval '40 days'"), LESS),
        (CLAIM.format("submitted_at = NULL"), [(True, 3, 500, 2, 96000, 0, 2, 96000)]),
        (CLAIM.format("paid_on = paid_on - 40"), [(True, 3, 500, 3, 144000, 0, 2, 96000)]),
        (CLAIM.format("paid_on = paid_on + 40"), [(True, 3, 500, 3, 144000, 0, 2, 96000)]),
        (
            CLAIM.format("state = 'rejected', slot = NULL, approved_yen = 0, own_yen = claimed_yen, paid_on = NULL"),
            [(True, 3, 500, 3, 144000, 1, 2, 96000)],
        ),
        (CLAIM.format("insurer_id = {o_soc}"), [(True, 3, 500, 2, 96000, 0, 2, 96000)]),
        (
            POLICY % (-5, "2026-04-01", "{elsewhere}", "{o_insurer}") + CLAIM.format("policy_id = -5"),
            [(True, 3, 500, 2, 96000, 0, 2, 96000)],
        ),
        (POLICY % (-5, "2025-01-01", "{programme}", "{o_soc}"), THIS),
        (POLICY % (-5, "2026-05-01", "{elsewhere}", "{o_insurer}"), THIS),
        *(
            (
                CLAIM.format(
                    "state = 'rejected', slot = NULL, approved_yen = 0, own_yen = claimed_yen, paid_on = NULL,"
                    f" submitted_at = now() + interval '{days} days'"
                ),
                [(True, 3, 500, 2, 96000, 0, 2, 96000)],
            )
            for days in (-40, 40)
        ),
        (POLICY % (-5, "2099-01-01", "{programme}", "{o_soc}"), THIS),
        (
            "UPDATE tenants_enrolment SET programme_id = {elsewhere} WHERE tenant_id = {firm}",
            [(True, 2, 500, 3, 144000, 0, 3, 144000)],
        ),
        (
            "UPDATE tenants_enrolment SET contract_start = '2099-01-01' WHERE tenant_id = {firm}",
            [(True, 2, 500, 3, 144000, 0, 3, 144000)],
        ),
        (
            "UPDATE tenants_enrolment SET contract_end = '2026-05-01' WHERE tenant_id = {firm}",
            [(True, 2, 500, 3, 144000, 0, 3, 144000)],
        ),
        before=PAID,
    ),
    Scene(
        "insurance_months",
        "office:owner",
        "SELECT min(month)::text FROM sec.insurance_months()",
        ["2026-04-01"],
        POLICY % (-5, "2025-01-01", "{elsewhere}", "{o_insurer}"),
    ),
    *(
        Scene("insurance_months", who, "SELECT count(*) > 0 FROM sec.insurance_months()", [answer], PAID)
        for who, answer in (("insurer:owner", True), ("soc:owner", False), ("former in office", False))
    ),
]
