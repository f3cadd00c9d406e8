"""Scenes of tests/access/scenes.py: who founds a programme, and how its partners come and go."""

from __future__ import annotations

from tests.access.scenes import Scene, asked_by, played

KEY = "sha256('key')"
HOLDS = f"SELECT set_config('otasuke.founding', encode({KEY}, 'hex'), true)"
ROW = (
    "INSERT INTO tenants_founding (key_hash, key_until, code_hash, code_until, programme_id, made_at, draft)"
    " VALUES ({key}, now() + interval '1 hour', {code}, now() + interval '1 hour', {programme}, now(), '\"{draft}\"')"
)
# Another founding, whose draft is nobody else's to read or change.
OTHER = ROW.format(key="sha256('other')", code="sha256('other code')", programme="NULL", draft="other")
KEYED = ROW.format(key=KEY, code="NULL", programme="NULL", draft="own") + ";" + OTHER
NEW = f"{KEYED};{HOLDS}"
MINE = f"UPDATE tenants_founding SET programme_id = {{programme}} WHERE key_hash = {KEY}"
FOUNDS = f"{NEW};{MINE}"
OVER = (
    f"UPDATE tenants_founding SET closed_at = now() WHERE key_hash = {KEY}",
    f"UPDATE tenants_founding SET key_until = now() - interval '1 second' WHERE key_hash = {KEY}",
    f"UPDATE tenants_founding SET key_hash = sha256('lost') WHERE key_hash = {KEY}",
)

# -- codes and keys

CODE = ROW.format(key="NULL", code="sha256('code')", programme="NULL", draft="own") + ";" + OTHER
EMPTY = "DELETE FROM tenants_programme"
REDEEM = f"SELECT sec.founding_redeem(sha256('code'), {KEY}, now() + interval '1 year')"
REDEEMED = (
    f"SELECT count(*) FROM tenants_founding WHERE key_hash = {KEY} AND code_hash IS NULL"
    " AND key_until = now() + interval '30 days'"
)
CODES = [
    *played(
        "founding_redeem",
        "anonymous",
        REDEEM,
        ([True], [1]),
        ("UPDATE tenants_founding SET code_until = now() - interval '1 second'", ([False], [0])),
        ("UPDATE tenants_founding SET closed_at = now()", ([False], [0])),
        ("UPDATE tenants_founding SET code_hash = NULL", ([False], [0])),
        before=f"{CODE};{EMPTY}",
        then=REDEEMED,
    ),
    *played("founding_redeem", "anonymous", REDEEM, ([False], [0]), before=CODE, then=REDEEMED),
    *played(
        "founding_redeem",
        "anonymous",
        f"SELECT sec.founding_redeem(sha256('code'), {KEY}, now() + interval '1 day')",
        ([True], [True]),
        before=f"{CODE};{EMPTY}",
        then=f"SELECT key_until = now() + interval '1 day' FROM tenants_founding WHERE key_hash = {KEY}",
    ),
    *(
        scene
        for function, call, answer, none in (
            ("founding_open", "SELECT sec.programme_founded() = {programme}", [True], [None]),
            ("programme_founded", "SELECT sec.programme_founded() = {programme}", [True], [None]),
            ("founding_draft", "SELECT sec.founding_draft()::text", ['"own"'], [None]),
        )
        for scene in played(function, "anonymous", call, answer, *((end, none) for end in OVER), before=FOUNDS)
    ),
    *played(
        "founding_keep",
        "anonymous",
        """SELECT sec.founding_keep('"new"')""",
        ([True], ['"new"', '"other"']),
        *((end, ([False], ['"other"', '"own"'])) for end in OVER),
        before=NEW,
        then="SELECT draft::text FROM tenants_founding WHERE draft <> '{{}}' ORDER BY 1",
    ),
    *played(
        "founding_close",
        "anonymous",
        "SELECT sec.founding_close()",
        ([True], [1, 1]),
        (OVER[2], ([False], [0, 0])),
        before=NEW,
        then="SELECT count(*) FROM tenants_founding WHERE closed_at IS NOT NULL UNION ALL"
        f" SELECT count(*) FROM tenants_founding WHERE key_hash = {KEY} AND draft = '{{{{}}}}'",
    ),
]

# -- the programme and its partners

FIELDS = (
    """'{{"name": "新しい事業", "desk_name": "x", "desk_phone": "1", "desk_email": "x","""
    """ "fiscal_year_start_month": 4}}'"""
)
ENTER = f"""SELECT sec.programme_enter({FIELDS}, '{{{{"name": "新しい事務局"}}}}') IS NOT NULL"""
ENTERED = (
    "SELECT o.kind::text, (SELECT count(*) FROM tenants_founding f WHERE f.programme_id = p.id)"
    " FROM tenants_programme p JOIN tenants_organisation o ON o.id = p.office_id WHERE p.name = '新しい事業'"
)
OFFICE_THERE = "UPDATE tenants_organisation SET name = '新しい事務局' WHERE id = {office}"
JOIN = (
    """SELECT sec.partner_join({{{programme}}}, '{kind}', '{{{{"name": "{name}", "prefectures": ["大阪府"]}}}}')"""
    " IS NOT NULL"
)
JOINED = (
    "SELECT p.programme_id = {programme}, p.confirmed_at IS NOT NULL, p.prefectures FROM tenants_programmepartner p"
    " JOIN tenants_organisation o ON o.id = p.organisation_id WHERE o.name = '新顔'"
)
THERE = (
    "INSERT INTO tenants_organisation (id, kind, name, name_kana, corporate_number, postal_code, prefecture,"
    " municipality, municipality_code, address, phone, phone_e164, email, industry, created_at) OVERRIDING SYSTEM VALUE"
    " VALUES (-9, 'soc', '新顔', '', '', '', '', '', '', '', '', '', '', '', now())"
)
WAITS, CONFIRMED = (True, False, ["大阪府"]), (True, True, ["大阪府"])


def _join(kind: str = "soc", programme: str = "programme") -> str:
    return JOIN.format(programme=programme, kind=kind, name="新顔")


ENTERING = [
    *played(
        "programme_enter",
        "anonymous",
        ENTER,
        ([True], [("office", 1)]),
        (MINE, ([False], [])),
        *((end, ([False], [])) for end in OVER),
        (OFFICE_THERE, ([True], [("office", 1)])),
        before=NEW,
        then=ENTERED,
    ),
    *played(
        "programme_enter",
        "anonymous",
        f"SELECT p.office_id = {{office}} FROM tenants_programme p WHERE p.id = sec.programme_enter({FIELDS},"
        """ '{{"name": "新しい事務局"}}')""",
        [],
        before=f"{NEW};{OFFICE_THERE}",
    ),
    *asked_by(
        "partner_join",
        _join(),
        {
            "office:owner": ([True], [WAITS]),
            "office:member": ([False], []),
            "office:read_only": ([False], []),
            "former in office": ([False], []),
            "soc:owner": ([False], []),
            "anonymous": ([False], []),
        },
        then=JOINED,
    ),
    *asked_by("partner_join", _join(programme="elsewhere"), {"office:owner": [False]}),
    *asked_by("partner_join", _join(), {"office:owner": ([False], [])}, THERE, JOINED),
    *asked_by("partner_join", _join(), {"anonymous": ([True], [CONFIRMED])}, FOUNDS, JOINED),
    *asked_by("partner_join", _join(), {"anonymous": ([True], [CONFIRMED])}, f"{FOUNDS};{THERE}", JOINED),
    *asked_by("partner_join", _join(programme="elsewhere"), {"anonymous": [False]}, FOUNDS),
    *(
        scene
        for kind in ("sme", "office", "platform", "buyer")
        for scene in asked_by("partner_join", _join(kind), {"office:owner": [False], "anonymous": [False]}, FOUNDS)
    ),
    *(
        scene
        for kind in ("call_centre", "vendor", "insurer", "outreach", "data_recovery")
        for scene in asked_by("partner_join", _join(kind), {"office:owner": [True]})
    ),
    # Under the same name there may be organisations of several kinds: the kind decides.
    *asked_by("partner_entered", _join("vendor"), {"office:owner": [True]}, THERE),
    *asked_by("partner_entered", _join(), {"office:owner": [False]}, THERE),
]
PART = (
    "INSERT INTO tenants_programmepartner (programme_id, organisation_id, joined_at, confirmed_at, prefectures)"
    " VALUES ({programme}, -9, now() - interval '1 day', %s, '{{}}')"
)
PARTNER = f"{THERE};{PART % 'now()'}"
UNCONFIRMED = f"{THERE};{PART % 'NULL'}"
INVITE = (
    "SELECT sec.partner_invite({%s}, -9, 'New@People.invalid', '名', 'な', sha256('n'), now() + interval '1 year', %s)"
)
INVITED = (
    "SELECT i.email::text, i.role::text, i.expires_at = now() + interval '30 days', i.revoked_at IS NULL"
    " FROM tenants_invitation i WHERE i.organisation_id = -9 ORDER BY i.id"
)
OPEN_ROW = ("new@people.invalid", "owner", True, True)
WAITING = (
    "INSERT INTO tenants_invitation (id, organisation_id, email, role, token_hash, created_at, expires_at, person_name,"
    " person_kana) OVERRIDING SYSTEM VALUE VALUES (-9, -9, 'old@people.invalid', 'owner', sha256('o'), now(),"
    " now() + interval '1 day', '', '')"
)
OLD_OPEN, OLD_OVER = ("old@people.invalid", "owner", False, True), ("old@people.invalid", "owner", False, False)
PEOPLED = (
    "INSERT INTO tenants_membership (user_id, organisation_id, role, valid) VALUES ({u_nobody}, -9, 'owner',"
    " tstzrange(now() - interval '2 days', now() - interval '1 day'))"
)
NOT_ALLOWED: tuple[list[str], list[object]] = (["not_allowed"], [])
INVITING = [
    *asked_by(
        "partner_invite",
        INVITE % ("programme", "false"),
        {
            "office:owner": (["invited"], [OPEN_ROW]),
            "office:member": NOT_ALLOWED,
            "soc:owner": NOT_ALLOWED,
            "anonymous": NOT_ALLOWED,
        },
        PARTNER,
        INVITED,
    ),
    *asked_by("partner_invite", INVITE % ("programme", "false"), {"office:owner": NOT_ALLOWED}, THERE, INVITED),
    *asked_by("partner_invite", INVITE % ("second", "false"), {"office:owner": NOT_ALLOWED}, PARTNER, INVITED),
    *asked_by("partner_invite", INVITE % ("elsewhere", "false"), {"office:owner": NOT_ALLOWED}, PARTNER, INVITED),
    *asked_by(
        "partner_invite",
        INVITE % ("programme", "false"),
        {"anonymous": (["invited"], [OPEN_ROW])},
        f"{FOUNDS};{PARTNER}",
        INVITED,
    ),
    *asked_by(
        "partner_invite",
        INVITE % ("programme", "false"),
        {"anonymous": (["invited"], [OPEN_ROW])},
        f"{FOUNDS};{THERE};UPDATE tenants_programme SET office_id = -9 WHERE id = {{programme}}",
        INVITED,
    ),
    *asked_by(
        "partner_invite",
        INVITE % ("programme", "false"),
        {"anonymous": NOT_ALLOWED},
        f"{FOUNDS};{THERE};UPDATE tenants_programme SET office_id = -9 WHERE id = {{second}}",
        INVITED,
    ),
    *played(
        "partner_invite",
        "office:owner",
        INVITE % ("programme", "true"),
        (["invited"], [OLD_OVER, OPEN_ROW]),
        (PEOPLED, (["has_people"], [OLD_OPEN])),
        before=f"{PARTNER};{WAITING}",
        then=INVITED,
    ),
    *played(
        "partner_invite",
        "office:owner",
        INVITE % ("programme", "false"),
        (["waiting"], [OLD_OPEN]),
        *(
            (f"UPDATE tenants_invitation SET {how} WHERE id = -9", (["invited"], [OLD_OVER, OPEN_ROW]))
            for how in ("revoked_at = now()", "expires_at = now() - interval '1 second'")
        ),
        (
            "UPDATE tenants_invitation SET accepted_at = now() WHERE id = -9",
            (["invited"], [OLD_OPEN, OPEN_ROW]),
        ),
        before=f"{PARTNER};{WAITING}",
        then=INVITED,
    ),
    *asked_by(
        "partner_invite",
        INVITE % ("programme", "true"),
        {"office:owner": (["invited"], [(True, 0)])},
        f"{PARTNER};{WAITING};UPDATE tenants_invitation SET revoked_at = '2026-04-01' WHERE id = -9",
        "SELECT (SELECT revoked_at = '2026-04-01' FROM tenants_invitation WHERE id = -9), (SELECT count(*) FROM"
        " tenants_invitation WHERE organisation_id <> -9 AND revoked_at = now())",
    ),
    *played(
        "partner_invite",
        "office:owner",
        (INVITE % ("programme", "false")).replace("1 year", "1 day"),
        (["invited"], [("new@people.invalid", "owner", False, True)]),
        before=PARTNER,
        then=INVITED,
    ),
]

# -- firms that are opened and closed

APPROVED = (
    "SELECT array(SELECT o.kind::text FROM tenants_accessgrant g JOIN tenants_organisation o ON o.id = g.grantee_id"
    " WHERE g.reason LIKE 'application %' ORDER BY 1)"
)

CONFIRM = "SELECT sec.partner_confirm({programme}, -9)"
CONFIRMS = "SELECT confirmed_at = now() FROM tenants_programmepartner WHERE organisation_id = -9"
BEFORE = f"{THERE};" + PART % "'2026-04-01'"
ALONE = "UPDATE tenants_enrolment SET programme_id = {second} WHERE tenant_id <> {firm}"
CONSENT = (
    "INSERT INTO sensors_inspectionconsent (tenant_id, version, given_at, given_by_id)"
    " SELECT {firm}, 900, now(), {owner}"
)
READY = f"{PARTNER};DELETE FROM sensors_inspectionconsent;{CONSENT};{ALONE}"
GRANT = "SELECT sec.partner_grant({programme}, -9, 10)"
GRANTS = (
    "SELECT g.tenant_id = {firm}, g.capability::text, g.valid = tstzrange(now(), NULL), (SELECT count(*) FROM"
    " tenants_auditevent a WHERE a.tenant_id = g.tenant_id AND a.code = 'partner.joined')"
    " FROM tenants_accessgrant g WHERE g.grantee_id = -9 AND lower(g.valid) = now()"
)
GIVEN = ([1], [(True, "watch", True, 1)])
NOTHING: tuple[list[int], list[object]] = ([0], [])
HELD = (
    "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason) VALUES (-9, {firm}, 'watch',"
    " tstzrange(now() - interval '%s', %s), 'x')"
)
NOT_NOW = (
    "UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = -9",
    "UPDATE tenants_programmepartner SET programme_id = {second} WHERE organisation_id = -9",
    "UPDATE sensors_inspectionconsent SET ended_at = now()",
    "UPDATE tenants_enrolment SET contract_end = (now() AT TIME ZONE 'Asia/Tokyo')::date - 1 WHERE tenant_id = {firm}",
    "UPDATE tenants_enrolment SET programme_id = {second} WHERE tenant_id = {firm}",
    "UPDATE tenants_programmepartner SET prefectures = '{{沖縄県}}' WHERE organisation_id = -9",
    "UPDATE tenants_organisation SET kind = 'vendor' WHERE id = -9",
    "UPDATE sensors_inspectionconsent SET tenant_id = {f_expired}",
    HELD % ("3 days", "NULL"),
    HELD % ("12 hours", "now() - interval '1 hour'"),
)
STILL = (
    "UPDATE tenants_enrolment SET contract_end = (now() AT TIME ZONE 'Asia/Tokyo')::date WHERE tenant_id = {firm}",
    "UPDATE tenants_programmepartner SET prefectures = ARRAY(SELECT prefecture FROM tenants_organisation"
    " WHERE id = {firm}) WHERE organisation_id = -9",
    HELD % ("3 days", "now() - interval '2 days'"),
    (HELD % ("3 days", "NULL")).replace("{firm}", "{f_expired}"),
    (HELD % ("3 days", "NULL")).replace("'watch'", "'outreach'"),
)
ELSEWHERE_TOO = (PART % "now()").replace("{programme}", "{second}")
OF_DESK = ([1], [(True, "desk", True, 1)])
FIRMS = [
    *asked_by(
        "partner_confirm",
        CONFIRM,
        {
            "office:owner": ([True], [True]),
            "office:member": ([False], [None]),
            "soc:owner": ([False], [None]),
            "anonymous": ([False], [None]),
        },
        UNCONFIRMED,
        CONFIRMS,
    ),
    *asked_by("partner_confirm", CONFIRM, {"office:owner": ([False], [False])}, BEFORE, CONFIRMS),
    *asked_by(
        "partner_confirm",
        CONFIRM,
        {"office:owner": ([False], [None])},
        f"{UNCONFIRMED};UPDATE tenants_programmepartner SET programme_id = {{second}} WHERE organisation_id = -9",
        CONFIRMS,
    ),
    *asked_by(
        "partner_confirm",
        "SELECT sec.partner_confirm({elsewhere}, -9)",
        {"office:owner": ([False], [None])},
        f"{UNCONFIRMED};UPDATE tenants_programmepartner SET programme_id = {{elsewhere}} WHERE organisation_id = -9",
        CONFIRMS,
    ),
    *(
        scene
        for function in ("partner_grant", "partner_firms")
        for scene in played(
            function,
            "anonymous",
            GRANT,
            GIVEN,
            *((what, NOTHING) for what in NOT_NOW),
            *((what, GIVEN) for what in STILL),
            (
                "UPDATE tenants_organisation SET kind = 'call_centre' WHERE id = -9;DELETE FROM"
                " sensors_inspectionconsent",
                OF_DESK,
            ),
            before=READY,
            then=GRANTS,
        )
    ),
    *asked_by(
        "partner_firms",
        GRANT,
        {"anonymous": OF_DESK},
        f"{READY};{ELSEWHERE_TOO};UPDATE tenants_organisation SET kind = 'call_centre' WHERE id = -9",
        GRANTS,
    ),
    *asked_by(
        "partner_grant",
        GRANT,
        {"anonymous": NOTHING},
        f"{READY};UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = -9;{ELSEWHERE_TOO}",
        GRANTS,
    ),
    *asked_by(
        "partner_confirm",
        CONFIRM,
        {"office:owner": ([True], [True])},
        f"{UNCONFIRMED};UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = {{o_soc}}",
        "SELECT bool_and(confirmed_at IS NULL) FROM tenants_programmepartner WHERE organisation_id = {o_soc}",
    ),
    *played(
        "partner_grant",
        "anonymous",
        "SELECT sec.partner_grant({programme}, -9, 0)",
        NOTHING,
        before=READY,
        then=GRANTS,
    ),
    *played(
        "partners_to_grant",
        "anonymous",
        "SELECT count(*) FROM sec.partners_to_grant() WHERE programme = {programme} AND partner = -9",
        [1],
        *((what, [0]) for what in NOT_NOW if "programme_id = {second} WHERE organisation_id" not in what),
        before=READY,
    ),
]
STATES = (
    "SELECT partner = -9, people, invited, invited_until > now(), firms_open, firms_next, firms_unagreed"
    " FROM sec.partners_of_programme({%s}) WHERE partner IN (-9, {office}) ORDER BY 1 DESC LIMIT 1"
)
ONE = [(True, 0, "old@people.invalid", True, 0, 1, 0)]
WITH_PERSON = PEOPLED.replace("now() - interval '1 day'", "NULL")
LEAVE = "SELECT sec.partner_leave({%s}, -9, 'わけ')"
LEFT = (
    "SELECT (SELECT count(*) FROM tenants_programmepartner WHERE organisation_id = -9), (SELECT count(*) FROM"
    " tenants_accessgrant WHERE grantee_id = -9 AND upper_inf(valid)), (SELECT count(*) FROM tenants_auditevent"
    " WHERE code = 'partner.left' AND tenant_id = {firm} AND actor_id IS NOT NULL AND organisation_id = {office}),"
    " (SELECT coalesce(sum(firms + 1), 0) FROM tenants_formerpartner WHERE organisation_id = -9 AND reason = 'わけ')"
)
SEEING = f"{READY};" + HELD % ("3 days", "NULL")
STAYED = ([None], [(1, 1, 0, 0)])
# The firm is under contract with another programme, where the partner goes on.
WITH_TWO = (
    f"{SEEING};{ELSEWHERE_TOO};INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)"
    " VALUES ({firm}, {second}, '2020-01-01', false)"
)
GOES_ON, GONE = ([0], [(1, 1, 0, 1)]), ([1], [(1, 0, 1, 2)])
GOES_ON_NO_MORE = (
    "UPDATE tenants_enrolment SET contract_end = (now() AT TIME ZONE 'Asia/Tokyo')::date - 1"
    " WHERE tenant_id = {firm} AND programme_id = {second}",
    "UPDATE tenants_enrolment SET tenant_id = {f_expired} WHERE tenant_id = {firm} AND programme_id = {second}",
    "UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = -9 AND programme_id = {second}",
    "UPDATE tenants_programmepartner SET prefectures = '{{沖縄県}}' WHERE organisation_id = -9",
)
WORK = "SELECT DISTINCT kind, firm LIKE 'MARK7%%' FROM sec.partner_open_work({programme}, {%s}) ORDER BY 1"
TAKES_PART = (
    "INSERT INTO tenants_programmepartner (programme_id, organisation_id) VALUES ({programme}, {%s})"
    " ON CONFLICT DO NOTHING"
)
NO_PART = (
    "DELETE FROM tenants_programmepartner",
    "UPDATE tenants_programmepartner SET programme_id = {elsewhere} WHERE organisation_id = {vendor}"
    " AND programme_id = {programme}",
    "UPDATE tenants_enrolment SET programme_id = {second}",
)
OPEN_JOB, OPEN_CLAIM, OPEN_TASK = [("job", True)], [("claim", True)], [("task", True)]
AGREES = (
    "INSERT INTO tenants_consent (tenant_id, field_group, version, given_at, given_by_id)"
    " VALUES ({firm}, 'incidents', 1, now(), {owner}) ON CONFLICT DO NOTHING"
)
NAMELESS = (
    "UPDATE tenants_consent SET revoked_at = now()",
    "DELETE FROM tenants_consent WHERE field_group = 'incidents'",
    "UPDATE tenants_consent SET tenant_id = {f_expired} WHERE tenant_id = {firm} AND field_group = 'incidents'",
    "UPDATE tenants_accessgrant SET valid = tstzrange(lower(valid), now() - interval '1 second')"
    " WHERE tenant_id = {firm} AND capability = 'office'",
    "UPDATE tenants_accessgrant SET tenant_id = {f_foreign} WHERE tenant_id = {firm} AND capability = 'office'",
    "UPDATE tenants_accessgrant SET capability = 'outreach' WHERE tenant_id = {firm} AND capability = 'office'",
)
TAKEN = f"{ALONE};{AGREES};UPDATE incidents_desktask SET state = 'taken', taken_by_id = {{u_call_centre_member}}"
COUNTED = "SELECT sec.partners_count(now() - interval '%s')"
RECOUNTED = (
    "SELECT c.firms_open, c.firms_next, c.firms_unagreed, c.counted_at = now() FROM tenants_partnercount c"
    " JOIN tenants_programmepartner p ON p.id = c.partner_id WHERE p.organisation_id = -9"
    " AND p.programme_id = {programme}"
)
AS_COUNTED = f"{READY};{WAITING};{COUNTED % '0'};UPDATE tenants_partnercount SET firms_open = 7, firms_next = 8"
KEPT_COUNT = [(True, 0, "old@people.invalid", True, 7, 8, 0)]
COUNTS = [
    *played(
        "partners_of_programme",
        "office:owner",
        STATES % "programme",
        KEPT_COUNT,
        ("DELETE FROM tenants_partnercount", ONE),
        (
            f"{ELSEWHERE_TOO};DELETE FROM tenants_partnercount;{COUNTED % '0'};DELETE FROM tenants_partnercount WHERE"
            " partner_id = (SELECT id FROM tenants_programmepartner WHERE organisation_id = -9"
            " AND programme_id = {programme})",
            ONE,
        ),
        (GRANT.replace("10", "0"), KEPT_COUNT),
        before=AS_COUNTED,
    ),
    *played(
        "partners_count",
        "platform's own",
        "SELECT sec.partners_count(now()) > 0",
        ([True], [(0, 1, 0, True)]),
        (HELD % ("3 days", "NULL"), ([True], [(1, 0, 0, True)])),
        ("DELETE FROM sensors_inspectionconsent", ([True], [(0, 0, 1, True)])),
        (
            HELD % ("3 days", "NULL") + ";DELETE FROM sensors_inspectionconsent",
            ([True], [(1, 0, 0, True)]),
        ),
        (
            f"{COUNTED % '0'};DELETE FROM tenants_partnercount WHERE partner_id = (SELECT id FROM"
            " tenants_programmepartner WHERE organisation_id = -9)",
            ([True], [(0, 1, 0, True)]),
        ),
        (COUNTED % "59 min", ([False], [(0, 1, 0, False)])),
        (COUNTED % "60 min" + ";UPDATE tenants_partnercount SET firms_next = 5", ([True], [(0, 1, 0, True)])),
        before=READY,
        then=RECOUNTED,
    ),
    Scene("tenants_partnercount", "office:owner", "SELECT 1 FROM tenants_partnercount", "42501", AS_COUNTED),
    *asked_by(
        "partner_leave",
        LEAVE % "programme",
        {"office:owner": ([1], [(0, True)])},
        f"{SEEING};{COUNTED % '0'}",
        "SELECT (SELECT count(*) FROM tenants_partnercount WHERE partner_id NOT IN (SELECT id FROM"
        " tenants_programmepartner)), (SELECT count(*) > 0 FROM tenants_partnercount)",
    ),
    *asked_by(
        "partner_grant",
        GRANT,
        {"anonymous": ([1], [True])},
        f"{READY};{ELSEWHERE_TOO};{COUNTED % '0'}",
        "SELECT array_agg(p.programme_id = {second} ORDER BY 1) = ARRAY[true] FROM tenants_partnercount c JOIN"
        " tenants_programmepartner p ON p.id = c.partner_id WHERE p.organisation_id = -9",
    ),
]
GOING = [
    *COUNTS,
    *asked_by(
        "partners_of_programme",
        STATES % "programme",
        {"office:owner": ONE, "office:member": ONE, "office:read_only": ONE, "soc:owner": [], "anonymous": []},
        f"{READY};{WAITING}",
    ),
    *asked_by("partners_of_programme", STATES % "programme", {"anonymous": ONE}, f"{FOUNDS};{READY};{WAITING}"),
    *asked_by("partners_of_programme", STATES % "elsewhere", {"anonymous": []}, f"{FOUNDS};{READY};{WAITING}"),
    *played(
        "partners_of_programme",
        "office:owner",
        STATES % "programme",
        ONE,
        (WITH_PERSON, [(True, 1, "old@people.invalid", True, 0, 1, 0)]),
        (PEOPLED, ONE),
        (HELD % ("3 days", "NULL"), [(True, 0, "old@people.invalid", True, 1, 0, 0)]),
        ("DELETE FROM sensors_inspectionconsent", [(True, 0, "old@people.invalid", True, 0, 0, 1)]),
        (
            HELD % ("3 days", "NULL") + ";DELETE FROM sensors_inspectionconsent",
            [(True, 0, "old@people.invalid", True, 1, 0, 0)],
        ),
        *(
            (f"UPDATE tenants_invitation SET {how} = now() WHERE id = -9", [(True, 0, None, None, 0, 1, 0)])
            for how in ("revoked_at", "accepted_at")
        ),
        before=f"{READY};{WAITING}",
    ),
    *asked_by(
        "partners_of_programme",
        "SELECT count(*) FROM sec.partners_of_programme({programme}) WHERE partner = {office}",
        {"office:owner": [1]},
    ),
    *asked_by(
        "partners_of_programme",
        "SELECT count(*) FROM sec.partners_of_programme({programme}) WHERE partner = -9",
        {"office:owner": [0]},
        f"{THERE};UPDATE tenants_programme SET office_id = -9 WHERE id = {{elsewhere}}",
    ),
    *asked_by(
        "partners_of_programme",
        "SELECT count(*) FROM sec.partners_of_programme({programme}) WHERE partner = -9",
        {"office:owner": [0]},
        f"{THERE};{ELSEWHERE_TOO}",
    ),
    *asked_by(
        "partner_leave",
        LEAVE % "programme",
        {"office:owner": ([0], [(True, True)])},
        f"{READY};" + HELD % ("3 days", "now() - interval '1 hour'"),
        "SELECT (SELECT upper(valid) = now() - interval '1 hour' FROM tenants_accessgrant WHERE grantee_id = -9),"
        " EXISTS (SELECT 1 FROM tenants_accessgrant WHERE grantee_id = {o_soc} AND tenant_id = {firm}"
        " AND (upper_inf(valid) OR upper(valid) > now() + interval '1 hour'))",
    ),
    *asked_by(
        "partner_leave",
        LEAVE % "programme",
        {"office:owner": ([0], [(0, 1, 0, 1)])},
        f"{SEEING};UPDATE tenants_enrolment SET programme_id = {{second}} WHERE tenant_id = {{firm}};"
        "UPDATE tenants_enrolment SET programme_id = {programme} WHERE tenant_id = {f_expired}",
        LEFT,
    ),
    *asked_by(
        "partner_leave",
        LEAVE % "programme",
        {
            "office:owner": ([1], [(0, 0, 1, 2)]),
            "office:member": STAYED,
            "soc:owner": STAYED,
            "anonymous": STAYED,
        },
        SEEING,
        LEFT,
    ),
    *played(
        "partner_leave",
        "office:owner",
        LEAVE % "programme",
        GOES_ON,
        *((what, GONE) for what in GOES_ON_NO_MORE),
        (
            "UPDATE tenants_enrolment SET contract_end = (now() AT TIME ZONE 'Asia/Tokyo')::date"
            " WHERE tenant_id = {firm} AND programme_id = {second}",
            GOES_ON,
        ),
        (
            "UPDATE tenants_programmepartner SET prefectures = ARRAY(SELECT prefecture FROM tenants_organisation"
            " WHERE id = {firm}) WHERE organisation_id = -9",
            GOES_ON,
        ),
        (
            "UPDATE tenants_programmepartner SET organisation_id = {firm} WHERE organisation_id = -9"
            " AND programme_id = {second}",
            ([1], [(0, 0, 1, 2)]),
        ),
        before=WITH_TWO,
        then=LEFT,
    ),
    *asked_by("partner_leave", LEAVE % "elsewhere", {"office:owner": STAYED}, SEEING, LEFT),
    *asked_by("partner_leave", LEAVE % "second", {"office:owner": STAYED}, SEEING, LEFT),
    *asked_by(
        "partner_leave",
        LEAVE % "programme",
        {"office:owner": ([0], [(0, 1, 0, 1)])},
        f"{SEEING};UPDATE tenants_enrolment SET programme_id = {{second}} WHERE tenant_id = {{firm}}",
        LEFT,
    ),
    *asked_by(
        "partner_open_work",
        WORK % "vendor",
        {
            "office:owner": OPEN_JOB,
            "office:member": OPEN_JOB,
            "office:read_only": OPEN_JOB,
            "vendor:owner": [],
            "anonymous": [],
        },
        f"{ALONE};{AGREES};{TAKES_PART % 'vendor'}",
    ),
    *played(
        "partner_open_work",
        "office:owner",
        WORK % "vendor",
        OPEN_JOB,
        *((f"UPDATE incidents_job SET state = '{state}'", []) for state in ("closed", "cancelled")),
        *((what, []) for what in NO_PART),
        ("UPDATE incidents_job SET vendor_id = {recovery}", []),
        *((what, [("job", None)]) for what in NAMELESS),
        before=f"{ALONE};{AGREES};{TAKES_PART % 'vendor'}",
    ),
    *played(
        "partner_open_work",
        "office:owner",
        WORK % "insurer",
        OPEN_CLAIM,
        *(
            (f"UPDATE insurance_claim SET state = '{state}', slot = {slot}", [])
            for state, slot in (
                ("draft", "NULL"),
                ("paid", "1, approved_yen = asked_yen, paid_on = '2026-11-20'"),
                ("rejected", "NULL, approved_yen = 0, own_yen = claimed_yen"),
                ("withdrawn", "NULL, approved_yen = 0, own_yen = claimed_yen"),
            )
        ),
        ("UPDATE insurance_claim SET insurer_id = {stranger}", []),
        before=f"{ALONE};{AGREES};UPDATE insurance_claim SET state = 'submitted', slot = 1;{TAKES_PART % 'insurer'}",
    ),
    *played(
        "partner_open_work",
        "office:owner",
        WORK % "o_call_centre",
        OPEN_TASK,
        *((f"UPDATE incidents_desktask SET state = '{state}'", []) for state in ("open", "done")),
        ("UPDATE incidents_desktask SET taken_by_id = {u_soc_member}", []),
        before=TAKEN,
    ),
    *asked_by(
        "partner_open_work",
        (WORK % "vendor").replace("{programme}", "{elsewhere}"),
        {"office:owner": []},
        f"{TAKES_PART % 'vendor'};UPDATE tenants_programmepartner SET programme_id = {{elsewhere}}"
        " WHERE organisation_id = {vendor} AND programme_id = {programme};"
        "UPDATE tenants_enrolment SET programme_id = {elsewhere}",
    ),
]

# An organisation the office has entered and not confirmed is no partner yet, for the programme's own rows either.
NOT_YET = [
    *asked_by(
        "desk_offices",
        "SELECT cardinality(sec.desk_offices('owner'))",
        {"call_centre:owner": [0]},
        "UPDATE tenants_programmepartner SET confirmed_at = NULL",
    ),
    *(
        scene
        for name in ("served_programmes", "writable_programmes")
        for scene in asked_by(
            name,
            f"SELECT cardinality(sec.{name}('call_centre'))",
            {"call_centre:owner": [None]},
            "UPDATE tenants_programmepartner SET confirmed_at = NULL",
        )
    ),
    *asked_by(
        "programmes_watched",
        "SELECT cardinality(sec.programmes_watched('owner'))",
        {"soc:owner": [0]},
        "UPDATE tenants_programmepartner SET confirmed_at = NULL",
    ),
    *asked_by(
        "approve_application",
        "SELECT sec.approve_application('{uuid}', sha256('n'), now() + interval '1 day') IS NOT NULL",
        {"office:owner": ([True], [["call_centre", "office"]])},
        "UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = {o_soc}",
        APPROVED,
    ),
    *asked_by(
        "approve_application",
        "SELECT sec.approve_application('{uuid}', sha256('n'), now() + interval '1 day') IS NOT NULL",
        {"office:owner": ([True], [["call_centre", "office"]])},
        "UPDATE tenants_programmepartner SET prefectures = '{{沖縄県}}' WHERE organisation_id = {o_soc}",
        APPROVED,
    ),
    *asked_by(
        "approve_application",
        "SELECT sec.approve_application('{uuid}', sha256('n'), now() + interval '1 day') IS NOT NULL",
        {"office:owner": ([True], [["call_centre", "office", "soc"]])},
        "UPDATE tenants_application SET prefecture = '沖縄県' WHERE id = '{uuid}';"
        "UPDATE tenants_programmepartner SET prefectures = '{{沖縄県}}' WHERE organisation_id = {o_soc}",
        APPROVED,
    ),
]
LISTED = (
    '{{"line": 2, "name": "名簿の会社", "name_kana": "", "corporate_number": "%s", "postal_code": "", "prefecture":'
    ' "大阪府", "municipality": "大阪市", "municipality_code": "", "address": "", "phone": "06-6944-7777",'
    ' "phone_e164": "", "email": "a@list.invalid", "industry": "", "staff_count": null, "pc_count": null,'
    ' "contact_name": "名", "contact_kana": "", "contract_start": "", "contract_end": "", "chamber_member": true}}'
)
LIST = (
    "INSERT INTO tenants_firmlist (id, programme_id, file_name, form, rows, errors, unknown, is_cut, read_at,"
    " read_by_id, taken_at, taken_by_id) OVERRIDING SYSTEM VALUE"
    f" VALUES (-5, {{programme}}, 'x', 'x', '[{LISTED % '9999999999994'}]', '[]', '[]', false, now(), {{owner}},"
    " now(), {owner})"
)
LIST_STEP = "SELECT (sec.firm_list_step(-5, 10, ARRAY[sha256('f')], now() + interval '1 year')) ->> 'gone'"
ENTERED = (
    "SELECT (SELECT count(*) FROM tenants_organisation o JOIN tenants_enrolment e ON e.tenant_id = o.id"
    " AND e.programme_id = {programme} WHERE o.name = '名簿の会社' AND o.kind = 'sme'),"
    " (SELECT count(*) FROM tenants_accessgrant g JOIN tenants_organisation o ON o.id = g.tenant_id"
    " WHERE o.name = '名簿の会社' AND g.grantee_id = {office} AND g.capability = 'office'),"
    " (SELECT count(*) FROM tenants_accessgrant g JOIN tenants_organisation o ON o.id = g.tenant_id"
    " WHERE o.name = '名簿の会社' AND g.grantee_id = -9 AND g.capability = 'desk'),"
    " (SELECT count(*) FROM tenants_invitation WHERE email = 'a@list.invalid' AND role = 'owner'"
    " AND expires_at = now() + interval '30 days')"
)
A_DESK = f"{PARTNER};UPDATE tenants_organisation SET kind = 'call_centre' WHERE id = -9"
PRESENT = (
    "UPDATE tenants_organisation SET name = '名簿の会社', phone = '０６(6944)7777' WHERE id = {firm}",
    "UPDATE tenants_organisation SET corporate_number = '9999999999994' WHERE id = {firm}",
)
IN, LEFT_AS_IT_IS, NO_LIST = (["1"], [(1, 1, 1, 0)]), ["1"], ([None], [(0, 0, 0, 0)])
ABSENT = "UPDATE tenants_enrolment SET programme_id = {second} WHERE tenant_id = {firm}"
WITHOUT_DESK = (["1"], [(1, 1, 0, 0)])
LISTS = [
    *played(
        "firm_list_step",
        "anonymous",
        LIST_STEP,
        IN,
        ("UPDATE tenants_firmlist SET taken_at = NULL WHERE id = -5", NO_LIST),
        ("UPDATE tenants_firmlist SET done = 1 WHERE id = -5", NO_LIST),
        ("UPDATE tenants_firmlist SET invites = true WHERE id = -5", (["1"], [(1, 1, 1, 1)])),
        ("UPDATE tenants_programmepartner SET confirmed_at = NULL WHERE organisation_id = -9", WITHOUT_DESK),
        ("UPDATE tenants_programmepartner SET programme_id = {second} WHERE organisation_id = -9", WITHOUT_DESK),
        ("UPDATE tenants_programmepartner SET prefectures = '{{沖縄県}}' WHERE organisation_id = -9", WITHOUT_DESK),
        ("UPDATE tenants_programmepartner SET prefectures = '{{大阪府}}' WHERE organisation_id = -9", IN),
        ("UPDATE tenants_organisation SET kind = 'vendor' WHERE id = -9", WITHOUT_DESK),
        (PRESENT[0], (LEFT_AS_IT_IS, [(1, 1, 0, 0)])),
        (PRESENT[1], (LEFT_AS_IT_IS, [(0, 0, 0, 0)])),
        (f"{PRESENT[1]};{ABSENT}", IN),
        (f"{PRESENT[1]};UPDATE tenants_organisation SET kind = 'vendor' WHERE id = {{firm}}", IN),
        before=f"{A_DESK};{LIST}",
        then=ENTERED,
    ),
    *played(
        "firm_lists_taken",
        "anonymous",
        "SELECT list FROM sec.firm_lists_taken()",
        [-5],
        ("UPDATE tenants_firmlist SET taken_at = NULL WHERE id = -5", []),
        ("UPDATE tenants_firmlist SET done = 1 WHERE id = -5", []),
        before=f"DELETE FROM tenants_firmlist;{LIST}",
    ),
]
FOUNDING = [*NOT_YET, *CODES, *ENTERING, *INVITING, *FIRMS, *GOING, *LISTS]
