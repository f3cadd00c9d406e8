"""Scenes of tests/access/scenes.py: what a firm, and who reads its alerts, learns of changes of grading."""

from __future__ import annotations

from typing import Any

from tests.access.scenes import Scene, asked_by

ABOUT = "SELECT reason LIKE 'MARK7%' FROM sec.tunings_of_firm({firm}) WHERE reason LIKE 'MARK%'"
AGREED = (
    "UPDATE alerts_tuning SET state = 'in_force', decided_by_id = {u_soc_owner}, decided_at = now(),"
    " expires_at = now() + interval '1 day' WHERE %s"
)
OWN = AGREED % "firm_id = {firm}"
OTHERS = AGREED % "firm_id = {f_foreign}"
EVERYWHERE = AGREED % "firm_id IS NULL AND programme_id = {programme}"
ELSEWHERE = AGREED % "firm_id IS NULL AND programme_id = {elsewhere}"
MOVED = "UPDATE tenants_enrolment SET programme_id = {elsewhere} WHERE tenant_id = {f_foreign}"
OVER = "UPDATE alerts_tuning SET state = 'expired', ended_at = now() - interval '%s days' WHERE firm_id = {firm}"
READERS = ("sme:owner", "sme:read_only", "soc:owner", "call_centre:owner", "platform:owner")
NOBODY: dict[str, Any] = {
    who: [] for who in ("office:owner", "vendor:owner", "insurer:owner", "outsider", "nobody", "former in soc")
}
DAYS = "SELECT sec.tunings_count('2026-11-20', '2026-11-20')"
UNTRIED = (
    "SELECT programme_id = {programme}, tuning_id = {tuning}, user_id <> {u_soc_owner}, organisation_id <> {vendor}"
    " FROM sec.tunings_untried(now())"
)
ALL_TRUE = [(True, True, True, True)]
PROPOSED = "UPDATE alerts_tuning SET state = 'proposed' WHERE firm_id = {firm}"
_NEXT = ";UPDATE alerts_tuning SET retry_at = now() %s WHERE firm_id = {firm}"
TUNINGS_READ = [
    *asked_by("tunings_of_firm", ABOUT, {who: [True] for who in READERS} | NOBODY, OWN),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [], ""),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [], OTHERS),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [True], EVERYWHERE),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [], ELSEWHERE),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [True], f"{OWN};{OVER % 89}"),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [], f"{OWN};{OVER % 91}"),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [True, True], f"{OWN};{EVERYWHERE}"),
    Scene("tunings_of_firm", "soc:owner", ABOUT.replace("{firm}", "{f_foreign}"), [], OTHERS),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [], f"{ELSEWHERE};{MOVED}"),
    Scene("tunings_of_firm", "sme:owner", ABOUT, [], f"{OWN};{OVER.replace('expired', 'refused') % 1}"),
    Scene("tunings_untried", "anonymous", UNTRIED, ALL_TRUE, PROPOSED),
    Scene(
        "tunings_untried",
        "anonymous",
        UNTRIED,
        [(True, True, False, False)],
        PROPOSED + ";UPDATE alerts_tuning SET tried_by_id = {u_soc_owner}, tried_for_id = {vendor}"
        " WHERE firm_id = {firm}",
    ),
    Scene("tunings_untried", "anonymous", UNTRIED, [], ""),
    Scene("tunings_untried", "anonymous", UNTRIED, ALL_TRUE, PROPOSED + _NEXT % "- interval '1 hour'"),
    Scene("tunings_untried", "anonymous", UNTRIED, [], PROPOSED + _NEXT % "+ interval '1 hour'"),
    Scene(
        "tunings_over",
        "anonymous",
        "SELECT tuning_id = {tuning}, programme_id = {programme} FROM sec.tunings_over(now() + interval '2 days')",
        [(True, True)],
        OWN,
    ),
    Scene("tunings_over", "anonymous", "SELECT 1 FROM sec.tunings_over(now())", [], OWN),
    Scene("tunings_count", "anonymous", DAYS, [3]),
    Scene("tunings_count", "anonymous", "SELECT sec.tunings_count('2026-11-21', '2026-11-22')", [0]),
    Scene("tunings_count", "anonymous", "SELECT sec.tunings_count('2026-10-01', '2026-11-20')", [0]),
    Scene("tunings_count", "anonymous", DAYS, [0], DAYS),
    Scene(
        "tunings_count",
        "anonymous",
        DAYS,
        ([1], [(9, 1)]),
        f"{DAYS};UPDATE alerts_tuningeffect SET hits = 9 WHERE tenant_id = {{firm}}",
        "SELECT hits, firms FROM alerts_tuningday WHERE tuning_id = {tuning}",
    ),
    *asked_by(
        "alerts_tuningday",
        "SELECT hits FROM alerts_tuningday",
        {"soc:owner": [7], "sme:owner": [], "call_centre:owner": [], "anonymous": []},
        DAYS,
    ),
]

NUMBERS = "SELECT number, harmful, harmless, clean FROM sec.vendor_verdicts({firm}, {group})"
REPORTED = (
    "UPDATE incidents_job SET reported_at = now(), incident_id = {incident} WHERE id = {job};"
    "UPDATE incidents_sheetrecord SET kind = 'finding', data = '{{\"done\": \"%s\"}}' WHERE job_id = {job}"
)
HARM, NO_HARM = REPORTED % "removed", REPORTED % "harmless"
SCAN = HARM.replace("'finding'", "'scan'").replace("done", "found").replace("removed", "0")
_AGAIN = (
    ";INSERT INTO incidents_sheetrecord (tenant_id, job_id, key, by_id, entered_at, kind, at, data, reason, void,"
    " corrects_id) SELECT tenant_id, job_id, gen_random_uuid(), by_id, now(), kind, at,"
    " '{{\"done\": \"harmless\"}}', 'x', %s, id FROM incidents_sheetrecord WHERE job_id = {job}"
)
_BESIDE = (
    ";INSERT INTO incidents_sheetrecord (tenant_id, job_id, key, by_id, entered_at, kind, at, data, reason, void)"
    " SELECT tenant_id, job_id, gen_random_uuid(), by_id, now(), '%s', at, '{{\"%s\": \"%s\"}}', '', false"
    " FROM incidents_sheetrecord WHERE job_id = {job}"
)
OF_FOREIGN = HARM.replace("{job}", "{foreign[job]}").replace("{incident}", "{foreign[incident]}")
ONE_HARMFUL = [(31, 1, 0, 0)]
VENDORS_SAY = [
    *asked_by("vendor_verdicts", NUMBERS, {who: [(31, 1, 0, 0)] for who in READERS} | NOBODY, HARM),
    Scene("vendor_verdicts", "soc:owner", NUMBERS, [(31, 0, 1, 0)], NO_HARM),
    Scene("vendor_verdicts", "soc:owner", NUMBERS, [(31, 0, 0, 1)], SCAN),
    Scene("vendor_verdicts", "soc:owner", NUMBERS, [(31, 0, 1, 0)], HARM + _AGAIN % "false"),
    Scene("vendor_verdicts", "soc:owner", NUMBERS, [], HARM + _AGAIN % "true"),
    Scene("vendor_verdicts", "soc:owner", NUMBERS, [], f"{HARM};UPDATE incidents_job SET reported_at = NULL"),
    Scene("vendor_verdicts", "soc:owner", NUMBERS, [], HARM.replace("'finding'", "'step'")),
    Scene("vendor_verdicts", "soc:owner", NUMBERS.replace("{group}", "{group_alone}"), [], HARM),
    Scene("vendor_verdicts", "soc:owner", NUMBERS.replace("{firm}", "{f_foreign}"), [], HARM),
    *(
        Scene("vendor_verdicts", "soc:owner", NUMBERS, ONE_HARMFUL, HARM + _BESIDE % record)
        for record in (
            ("step", "done", "removed"),
            ("step", "done", "harmless"),
            ("step", "found", "0"),
            ("scan", "found", "3"),
        )
    ),
    Scene("vendor_verdicts", "soc:owner", NUMBERS.replace("{group}", "{foreign[group]}"), [], OF_FOREIGN),
    Scene(
        "vendor_verdicts",
        "soc:owner",
        NUMBERS.replace("{firm}", "{f_foreign}").replace("{group}", "{foreign[group]}"),
        [],
        OF_FOREIGN,
    ),
    Scene(
        "vendor_verdicts",
        "soc:owner",
        NUMBERS,
        [],
        f"{HARM};UPDATE incidents_job SET incident_id = {{foreign[incident]}} WHERE id = {{job}}",
    ),
    Scene(
        "vendor_verdicts",
        "soc:owner",
        NUMBERS,
        [],
        f"{HARM};UPDATE incidents_sheetrecord SET job_id = {{foreign[job]}} WHERE job_id = {{job}}",
    ),
]
