"""Scenes of tests/access/scenes.py: grants of offers, jobs and claims; what partners read; boxes and calls."""

from __future__ import annotations

from tests.access.scenes import Scene, asked_by, played
from tests.access.world import MARKS

MARK = MARKS["assigned"]
SYSTEM = "platform's own"
ALWAYS, OVER = "tstzrange(now() - interval '1 h', NULL)", "tstzrange(now() - interval '2 h', now() - interval '1 h')"


def _grant(number: int, holder: str, firm: str, capability: str, subject: str, valid: str) -> str:
    return (
        "INSERT INTO tenants_accessgrant (id, grantee_id, tenant_id, capability, subject_id, valid, reason) OVERRIDING"
        f" SYSTEM VALUE VALUES ({-number}, {{{holder}}}, {{{firm}}}, '{capability}', {subject}, {valid}, 'scene');"
    )


def _claim(number: int, job: str, state: str, slot: str, approved: str = "NULL") -> str:
    """One more claim of the firm, in a year of its own."""
    return (
        "INSERT INTO insurance_claim (id, tenant_id, number, incident_id, job_id, policy_id, insurer_id, vendor_id,"
        " limit_yen, claims_per_year, year_first, year_last, state, claimed_yen, tax_yen, asked_yen, own_yen,"
        " approved_yen, slot, invoice_number, invoice_on, made_at, reason, round, chain_sha256) OVERRIDING SYSTEM VALUE"
        f" SELECT -{number}, tenant_id, {990 + number}, incident_id, {job}, policy_id, insurer_id, vendor_id,"
        f" limit_yen, claims_per_year, '{2000 + number}-04-01', '2026-03-31', '{state}', claimed_yen, tax_yen,"
        f" asked_yen, own_yen, {approved}, {slot}, '', invoice_on, now(), '', 0, ''"
        " FROM insurance_claim WHERE id = {claim};"
    )


# -- which grants fit, and which a job, an offer or a claim ends

NEW_GRANT = (
    "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)"
    " VALUES ({%s}, {%s}, '%s', tstzrange(now() + interval '9 years', NULL), 'x')"
)
FITS = [
    Scene("grant_fits", SYSTEM, NEW_GRANT % grant, answer)
    for grant, answer in (
        (("o_soc", "firm", "watch"), [1]),
        (("o_vendor", "firm", "watch"), "23514"),
        (("o_soc", "o_vendor", "watch"), "23514"),
        (("o_soc", "firm", "office"), "23514"),
    )
]
# Beside the job's own grants: one of another firm, one of another job (of the scene), another kind, one that is over.
BESIDE = (
    "UPDATE tenants_accessgrant SET valid = "
    + ALWAYS
    + " WHERE capability = 'job' AND tenant_id = {firm};"
    + _grant(50, "o_vendor", "f_foreign", "job", "{job}", ALWAYS)
    + _grant(51, "o_soc", "firm", "claim", "{job}", ALWAYS)
    + _grant(52, "o_vendor", "firm", "job_offer", "{job}", OVER)
)
CUT = (
    "SELECT g.capability::text, g.grantee_id IN ({o_vendor}, {o_data_recovery}), g.tenant_id = {firm},"
    " g.subject_id = {job}, (upper(g.valid) - now())::text FROM tenants_accessgrant g"
    " WHERE upper(g.valid) IN (now(), now() + interval '14 days', now() + interval '90 days') ORDER BY 1"
)
CLOSES = "UPDATE incidents_job SET state = '%s' WHERE id = {job}"
DAYS = [("job", True, True, True, "14 days"), ("job_offer", True, True, True, "14 days")]
AT_ONCE = [("job", True, True, True, "00:00:00"), ("job_offer", True, True, True, "00:00:00")]
ENDED = [
    Scene("job_grants", SYSTEM, CLOSES % "closed", ([1], DAYS), BESIDE, CUT),
    Scene("job_grants", SYSTEM, CLOSES % "cancelled", ([1], AT_ONCE), BESIDE, CUT),
    Scene("job_grants", SYSTEM, CLOSES % "started", ([1], []), BESIDE, CUT),
    # A job grant that ends by itself stays as it is.
    Scene("job_grants", SYSTEM, CLOSES % "closed", ([1], DAYS[1:]), "", CUT),
]
ANSWER = "UPDATE incidents_joboffer SET state = '%s', answered_at = now() WHERE job_id = {job} AND state = 'waiting'"
OTHER_OFFERS = (
    _grant(53, "o_data_recovery", "firm", "job_offer", "777", ALWAYS)
    + _grant(54, "o_data_recovery", "f_foreign", "job_offer", "{job}", ALWAYS)
    + _grant(55, "o_data_recovery", "firm", "job", "{job}", OVER)
    + _grant(56, "o_vendor", "firm", "job_offer", "{job}", ALWAYS)
    + _grant(
        57, "o_data_recovery", "firm", "job_offer", "{job}", "tstzrange(now() - interval '9 h', now() - interval '8 h')"
    )
)
OFFERED = (
    "SELECT (SELECT array_agg(id) FROM incidents_job WHERE state = 'accepted'), (SELECT array_agg((g.grantee_id ="
    " {o_data_recovery} AND g.tenant_id = {firm} AND g.subject_id = {job} AND g.capability = 'job_offer')) FROM"
    " tenants_accessgrant g WHERE upper(g.valid) = now()), (SELECT count(*) FROM tenants_accessgrant g"
    " WHERE g.reason = 'job taken' AND g.grantee_id = {o_data_recovery})"
)
ANSWERED = [
    Scene(
        "offer_grants",
        SYSTEM,
        ANSWER % "accepted",
        ([1], [([1], [True], 1)]),
        "UPDATE incidents_job SET state = 'offered';" + OTHER_OFFERS,
        OFFERED,
    ),
    Scene(
        "offer_grants",
        SYSTEM,
        ANSWER % "declined",
        ([1], [(None, [True], 0)]),
        OTHER_OFFERS + _grant(62, "o_data_recovery", "firm", "job", "{job}", ALWAYS),
        OFFERED,
    ),
    Scene("offer_grants", SYSTEM, ANSWER % "accepted", "23514", "UPDATE incidents_job SET state = 'closed'"),
    Scene(
        "offer_grants",
        SYSTEM,
        "UPDATE incidents_joboffer SET state = 'accepted' WHERE job_id = {job} AND state = 'declined'",
        "23514",
    ),
]
CLAIM_ENDS = "UPDATE insurance_claim SET state = '%s', approved_yen = 0, own_yen = claimed_yen WHERE id = {claim}"
CLAIM_BESIDE = (
    "UPDATE tenants_accessgrant SET valid = " + ALWAYS + " WHERE capability = 'claim' AND tenant_id = {firm}"
    " AND subject_id = {claim};"
    + _grant(58, "o_insurer", "f_foreign", "claim", "{claim}", ALWAYS)
    + _grant(59, "o_insurer", "firm", "claim", "777", ALWAYS)
    + _grant(60, "o_vendor", "firm", "job_offer", "{claim}", ALWAYS)
    + _grant(61, "o_vendor", "firm", "claim", "{claim}", "tstzrange(now(), now() + interval '1 h')")
)
CLAIM_CUT = CUT.replace("{o_vendor}, {o_data_recovery}", "{o_insurer}").replace("{job}", "{claim}")
CLAIMED = [
    Scene(
        "claim_grants",
        SYSTEM,
        CLAIM_ENDS % "withdrawn",
        ([1], [("claim", True, True, True, "90 days")]),
        CLAIM_BESIDE,
        CLAIM_CUT,
    ),
    Scene("claim_grants", SYSTEM, CLAIM_ENDS % "withdrawn", ([1], []), "", CLAIM_CUT),
]

# -- what vendors read of jobs

CARD = (
    "SELECT accepted, tenant_id IS NULL, number IS NULL, firm IS NULL, address IS NULL, phone IS NULL,"
    " staff_count IS NULL, pc_count IS NULL, incident_number IS NULL FROM sec.job_cards() WHERE job_id = {job}"
)
COUNTED = "UPDATE tenants_organisation SET staff_count = 5, pc_count = 5 WHERE id = {firm}"
COVER = "SELECT array_length(used, 1), claim_state, insurer_yen, contract_start::text FROM sec.job_cover({settled})"
# The firm's first job has a claim of this year, a third one a draft; another firm's claim names the job that is asked.
COVERED = (
    "INSERT INTO incidents_incident OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::incidents_incident,"
    " to_jsonb(i) || jsonb_build_object('id', j.incident_id, 'number', 991, 'asset_key', 'x'))).*"
    " FROM incidents_incident i, incidents_job j WHERE i.id = {incident} AND j.id = {settled};"
    "UPDATE tenants_enrolment SET contract_start = '2026-05-01' WHERE tenant_id <> {firm};"
    + _claim(5, "{anothers}", "draft", "NULL")
    + "UPDATE insurance_claim SET state = 'returned', slot = 1, asked_yen = 100, own_yen = claimed_yen - 100"
    " WHERE id > 0; UPDATE insurance_claim SET job_id = {settled} WHERE tenant_id = {f_foreign};"
)
A_JOB_MORE = (
    "INSERT INTO incidents_job (tenant_id, number, kind, way, state, incident_id, wish, requested_at)"
    " VALUES ({firm}, 990, 'first_response', 'remote', 'offered', -990, '', now())"
)
READ_BY_VENDORS = [
    Scene("job_cards", "vendor:owner", CARD, [(True, *(False,) * 8)], COUNTED),
    Scene("job_cards", "data_recovery:owner", CARD, [(False, *(True,) * 8)], COUNTED),
    *played(
        "job_devices",
        "vendor:owner",
        "SELECT 1 FROM sec.job_devices({job})",
        [1],
        ("UPDATE sensors_device SET last_seen_at = now() - interval '91 days'", []),
    ),
    *played(
        "job_sites",
        "vendor:owner",
        "SELECT 1 FROM sec.job_sites({job})",
        [1],
        ("UPDATE sensors_sensor SET state = 'retired' WHERE tenant_id = {firm}", []),
    ),
    Scene("visible_jobs", "vendor:owner", "SELECT count(*) FROM incidents_job", [3], A_JOB_MORE),
    Scene("writable_jobs", "vendor:owner", "SELECT cardinality(sec.writable_jobs('job'))", [3], A_JOB_MORE),
    *(
        scene
        for name in ("visible_jobs", "writable_jobs")
        for scene in played(
            name,
            "office:owner",
            f"SELECT cardinality(sec.{name}('office'))",
            [1],
            ("UPDATE incidents_job SET state = 'closed'", [None]),
            ("UPDATE incidents_job SET state = 'cancelled'", [None]),
            ("UPDATE incidents_job SET office_since = now() WHERE tenant_id = {f_foreign}", [1]),
            ("UPDATE incidents_job SET office_since = now() WHERE tenant_id = {f_expired}", [1]),
        )
    ),
    *(
        Scene(name, "office:owner", f"SELECT cardinality(sec.{name}('job'))", [None])
        for name in ("visible_jobs", "writable_jobs")
    ),
    Scene(
        "desk_offices",
        "call_centre:owner",
        "SELECT count(DISTINCT o) FROM unnest(sec.desk_offices('owner')) o",
        [1],
        "INSERT INTO tenants_programmepartner (programme_id, organisation_id) VALUES ({elsewhere}, {stranger})",
    ),
    *(
        scene
        for name in ("served_programmes", "writable_programmes")
        for scene in asked_by(
            name,
            f"SELECT cardinality(sec.{name}('call_centre'))",
            {"call_centre:owner": [2], "soc:owner in call_centre": [None]},
            "INSERT INTO tenants_programmepartner (programme_id, organisation_id) VALUES ({elsewhere}, {stranger})",
        )
    ),
    *(Scene(name, "buyer:owner", f"SELECT sec.{name}()", [None]) for name in ("readable_firm", "writable_firm")),
    *played(
        "vendor_load",
        "vendor:owner",
        "SELECT appointments FROM sec.vendor_load(now(), now() + interval '7 days')",
        [3],
        ("UPDATE incidents_appointment SET state = 'proposed' WHERE tenant_id = {firm}", [2]),
        ("UPDATE incidents_appointment SET vendor_id = NULL WHERE tenant_id = {firm}", [2]),
        ("UPDATE incidents_appointment SET starts_at = now() - interval '1 day' WHERE tenant_id = {firm}", [2]),
        ("UPDATE incidents_appointment SET starts_at = now() + interval '8 days' WHERE tenant_id = {firm}", [2]),
    ),
]

# -- what insurers read of claims, and where the money goes

NOT_ITS = "UPDATE insurance_claim SET insurer_id = {o_soc} WHERE id = {claim}"
NO_CLAIM = "UPDATE tenants_accessgrant SET capability = 'job_offer' WHERE capability = 'claim'"
CLAIM_MORE = _claim(3, "-998", "approved", "1", "asked_yen")
APPROVED = "UPDATE insurance_claim SET state = 'approved', slot = 1, approved_yen = asked_yen;" + CLAIM_MORE
STARTS = "SELECT contract_start::text FROM sec.claim_cards(ARRAY[{claim}, {foreign[claim]}, {expired[claim]}])"
PAID = "SELECT claim_id = {claim}, number FROM sec.claim_payees()"
PAYS = "SELECT number FROM sec.claim_payer()"
LATER = (
    "INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)"
    " VALUES ({firm}, {programme}, '2099-04-01', false)"
)
INSURED = [
    Scene("claim_cards", "insurer:owner", "SELECT 1 FROM sec.claim_cards(ARRAY[{claim} + 1])", []),
    *played(
        "claim_cards",
        "insurer:owner",
        STARTS,
        ["2026-04-01"],
        (NOT_ITS, []),
        (NO_CLAIM, []),
        (LATER, ["2026-04-01"]),
        ("UPDATE tenants_enrolment SET contract_start = '2026-05-01' WHERE tenant_id <> {firm}", ["2026-04-01"]),
    ),
    *played(
        "claim_evidence",
        "insurer:owner",
        "SELECT count(*) FROM sec.claim_evidence({claim})",
        [1],
        (NOT_ITS, [0]),
        (NO_CLAIM, [0]),
    ),
    *(
        scene
        for name in ("visible_claims", "writable_claims")
        for scene in played(
            name,
            "insurer:owner",
            f"SELECT coalesce(cardinality(sec.{name}()), 0)",
            [1],
            (NOT_ITS, [0]),
            (NO_CLAIM, [0]),
            (CLAIM_MORE, [1]),
        )
    ),
    *asked_by(
        "claim_payees",
        PAID,
        {
            "insurer:owner": [(True, "1")],
            "insurer:member": [(True, "1")],
            "insurer:read_only": [],
            "former in insurer": [],
            "nobody in insurer": [],
            "double": [],
            "buyer:owner": [],
            "vendor:owner": [],
        },
        APPROVED,
    ),
    *played("claim_payees", "insurer:owner", PAID, [(True, "1")], (NOT_ITS, []), (NO_CLAIM, []), before=APPROVED),
    Scene("claim_payees", "insurer:owner", PAID, []),
    *asked_by(
        "claim_payer",
        PAYS,
        {
            "insurer:owner": ["1"],
            "insurer:member": ["1"],
            "insurer:read_only": [],
            "vendor:owner": [],
            "double": [],
            "former in insurer": [],
            "nobody in insurer": [],
            "vendor:owner in insurer": [],
        },
    ),
    *asked_by(
        "payee_account",
        "SELECT number FROM sec.payee_account()",
        {
            "vendor:owner": ["1"],
            "vendor:member": ["1"],
            "vendor:read_only": [],
            "insurer:owner": [],
            "double": [],
            "former in vendor": [],
            "nobody in vendor": [],
            "insurer:owner in vendor": [],
        },
    ),
    *played(
        "claim_accounts",
        "insurer:owner",
        "SELECT vendor, insurer FROM sec.claim_accounts()",
        [(True, False)],
        (NOT_ITS, []),
        (NO_CLAIM, []),
        ("UPDATE insurance_bankaccount SET client_code = '1'", [(True, True)]),
        ("UPDATE insurance_bankaccount SET client_code = '1' WHERE organisation_id = {vendor}", [(True, False)]),
        ("DELETE FROM insurance_bankaccount WHERE organisation_id = {vendor}", [(False, False)]),
    ),
    *asked_by(
        "claims_used",
        "SELECT cardinality(sec.claims_used({firm}))",
        {"sme:owner": [1], "call_centre:owner": [1], "soc:owner": [1], "buyer:owner": [None], "outsider": [None]},
        "UPDATE insurance_claim SET state = 'submitted', slot = 1",
    ),
    *asked_by(
        "claims_used",
        "SELECT cardinality(sec.claims_used({firm}))",
        {"office:owner": [None], "vendor:owner": [None]},
        "UPDATE insurance_claim SET state = 'submitted', slot = 1",
    ),
    *asked_by(
        "claims_used",
        "SELECT cardinality(sec.claims_used({f_foreign}))",
        {"soc:owner": [None], "call_centre:owner": [None]},
        "UPDATE insurance_claim SET state = 'submitted', slot = 1",
    ),
    Scene("claims_used", "sme:owner", "SELECT cardinality(sec.claims_used({firm}))", [None]),
    *played(
        "introduced_firms",
        "outreach:owner",
        "SELECT watched, enrolled_since::text FROM sec.introduced_firms()",
        [(True, "2026-04-01")],
        (
            "UPDATE tenants_enrolment SET contract_start = '2025-04-01' WHERE tenant_id <> {firm}",
            [(True, "2026-04-01")],
        ),
        ("UPDATE sensors_sensor SET state = 'retired' WHERE tenant_id = {firm}", [(False, "2026-04-01")]),
    ),
    Scene(
        "job_cover",
        "vendor:owner",
        COVER,
        [(1, "submitted", 48000, "2026-04-01")],
        _claim(4, "{settled}", "submitted", "1") + COVERED,
    ),
    Scene(
        "job_cover",
        "vendor:owner",
        COVER,
        [(1, None, None, "2026-04-01")],
        _claim(4, "{settled}", "draft", "NULL") + COVERED,
    ),
]

# -- boxes, links, calls, mails

CODE = "SELECT tenant_id = {firm} FROM sec.try_activation_code('%s')"
CENTRE_TOKEN = (
    "INSERT INTO tenants_apitoken (organisation_id, name, scopes, shown, token_hash, created_at, expires_at,"
    " created_by_id) VALUES ({%s}, 'x', ARRAY['%s'], 'x', sha256('c'), now(), now() + interval '1 day', {owner});"
)
UNCONFIRMED = "UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = {o_call_centre}"
CALL = "SELECT sec.report_call(sha256('%s'), 'k', '1', '+811', '%s', now() + interval '1 s') IS NOT NULL"
# The call that is told of and another one, a programme of another office with an earlier number, a desk without one.
CALLS = (
    "INSERT INTO tenants_programme (id, name, office_id, desk_name, desk_phone, desk_email,"
    " fiscal_year_start_month) OVERRIDING SYSTEM VALUE VALUES (-77, 'x', {o_soc}, '', '', '', 4);"
    "INSERT INTO incidents_contact (tenant_id, channel, direction, number_raw, number_e164, call_key, offered_at)"
    " VALUES ({office}, 'phone', 'in', '', '', '{o_call_centre}:k', now()), ({office}, 'phone', 'in', '', '',"
    " '{o_call_centre}:z', now());"
)
CALLS_STORED = (
    "SELECT split_part(call_key, ':', 2), answered_at = now() + interval '1 s', ended_at = now() + interval '1 s'"
    " FROM incidents_contact WHERE tenant_id = {office} AND call_key <> '' ORDER BY 1"
)
VALID = CENTRE_TOKEN % ("o_call_centre", "write:calls")
SILENT = ("z", None, None)
THIS_CALL = "UPDATE incidents_contact SET %s WHERE call_key = '{o_call_centre}:k'"
NEW_CALL = (
    "SELECT tenant_id = {office}, call_key = '{o_call_centre}:k' FROM incidents_contact WHERE call_key LIKE '%:k'"
)
REPORTED = [
    Scene(
        "report_call",
        "anonymous",
        CALL % ("c", "offered"),
        ([True], [(True, True)]),
        VALID + CALLS.split("INSERT INTO incidents_contact")[0],
        NEW_CALL,
    ),
    *played(
        "report_call",
        "anonymous",
        CALL % ("c", "answered"),
        ([True], [("k", True, None), SILENT]),
        (THIS_CALL % "answered_at = now()", ([True], [("k", False, None), SILENT])),
        (THIS_CALL % "ended_at = now()", ([True], [("k", None, False), SILENT])),
        before=VALID + CALLS,
        then=CALLS_STORED,
    ),
    *played(
        "report_call",
        "anonymous",
        CALL % ("c", "ended"),
        ([True], [("k", None, True), SILENT]),
        (THIS_CALL % "ended_at = now()", ([True], [("k", None, False), SILENT])),
        before=VALID + CALLS,
        then=CALLS_STORED,
    ),
    Scene("report_call", "anonymous", CALL % ("x", "offered"), "42501", VALID),
    *(
        Scene("report_call", "anonymous", CALL % ("c", "offered"), "42501", before)
        for before in (
            CENTRE_TOKEN % ("o_call_centre", "read:alerts"),
            CENTRE_TOKEN % ("o_soc", "write:calls"),
            VALID + "DELETE FROM tenants_programmepartner WHERE organisation_id = {o_call_centre}",
            VALID + UNCONFIRMED,
            VALID + "UPDATE tenants_apitoken SET revoked_at = now() WHERE token_hash = sha256('c')",
            VALID + "UPDATE tenants_apitoken SET expires_at = now() - interval '1 s' WHERE token_hash = sha256('c')",
        )
    ),
]
MAIL = (
    "INSERT INTO notifications_accountmail (id, kind, sealed, state, created_at, due_at, lease_until, attempts, error)"
    " VALUES (gen_random_uuid(), 'x', '', '%s', now(), now() + interval '%s', %s, 0, '');"
)
DUE = MAIL % ("waiting", "-1 minute", "NULL")
TAKEN = "SELECT kind FROM sec.claim_account_mail('1 minute')"
OUTSIDE = [
    *asked_by(
        "sensor_key",
        "SELECT tenant_id = {firm}, revoked FROM sec.sensor_key('{device}', '{key}')",
        {"anonymous": [(True, False)]},
    ),
    *asked_by("sensor_key", "SELECT 1 FROM sec.sensor_key('{device}', '{foreign[key]}')", {"anonymous": []}),
    *asked_by("sensor_key", "SELECT 1 FROM sec.sensor_key('{foreign[device]}', '{key}')", {"anonymous": []}),
    *played(
        "try_activation_code",
        "anonymous",
        CODE % MARK[-4:],
        [True],
        ("UPDATE sensors_activationcode SET used_at = now()", []),
        ("UPDATE sensors_activationcode SET expires_at = now() - interval '1 s'", []),
        ("UPDATE sensors_activationcode SET tries_left = 0", []),
    ),
    Scene("try_activation_code", "anonymous", CODE % "none", []),
    Scene(
        "feedback_asked", "anonymous", f"SELECT tenant_id = {{firm}} FROM sec.feedback_asked(sha256('{MARK}'))", [True]
    ),
    *(
        Scene("claim_account_mail", "anonymous", TAKEN, answer, before)
        for before, answer in (
            (DUE * 2, ["x"]),
            (MAIL % ("sent", "-1 minute", "NULL"), []),
            (MAIL % ("waiting", "1 minute", "NULL"), []),
            (MAIL % ("waiting", "-1 minute", "now() + interval '1 minute'"), []),
            (MAIL % ("waiting", "-1 minute", "now() - interval '1 minute'"), ["x"]),
        )
    ),
]

HELP = [*FITS, *ENDED, *ANSWERED, *CLAIMED, *READ_BY_VENDORS, *INSURED, *REPORTED, *OUTSIDE]
