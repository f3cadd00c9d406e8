"""Scenes of tests/access/scenes.py: how people join, what operators may, what the trail says."""

from __future__ import annotations

from tests.access.scenes import Scene, asked_by, played
from tests.access.world import MARKS

MARK = MARKS["assigned"]
SECRET = f"sha256('{MARK}')"


# -- invitations, tokens, applications, memberships

OVER = ("accepted_at = now()", "revoked_at = now()", "expires_at = now() - interval '1 second'")
ENDS = [f"UPDATE tenants_invitation SET {how} WHERE organisation_id = {{firm}}" for how in OVER]
HIS_MAIL = "UPDATE tenants_invitation SET email = 'CHECKED-{{{0}}}@people.invalid' WHERE organisation_id = {{firm}}"
JOINED = (
    "SELECT (SELECT count(*) FROM tenants_invitation WHERE accepted_by_id IS NOT NULL), (SELECT count(*) FROM"
    " tenants_membership WHERE user_id = {u_nobody} AND organisation_id = {firm})"
)
MEMBER = "INSERT INTO tenants_membership (user_id, organisation_id, role, valid) VALUES ({u_nobody}, %s, 'member', %s)"
JOINING = [
    *played(
        "invitation_of",
        "anonymous",
        f"SELECT name FROM sec.invitation_of({SECRET})",
        [f"{MARK}社"],
        *((end, []) for end in ENDS),
    ),
    *played(
        "accept_invitation",
        "nobody",
        f"SELECT sec.accept_invitation({SECRET}, {{u_nobody}}) IS NOT NULL",
        ([True], [(1, 1)]),
        *((end, ([False], [(0, 0)])) for end in ENDS),
        ("UPDATE tenants_user SET is_active = false WHERE id = {u_nobody}", ([False], [(0, 0)])),
        ("UPDATE account_emailaddress SET verified = false WHERE user_id = {u_nobody}", ([False], [(0, 0)])),
        (HIS_MAIL.format("u_admin"), ([False], [(0, 0)])),
        (MEMBER % ("{firm}", "tstzrange(now() - interval '1 day', NULL)"), ([True], [(1, 1)])),
        (MEMBER % ("{firm}", "tstzrange(now() - interval '2 days', now() - interval '1 day')"), ([True], [(1, 2)])),
        (MEMBER % ("{o_buyer}", "tstzrange(now(), NULL)"), ([True], [(1, 1)])),
        before=HIS_MAIL.format("u_nobody"),
        then=JOINED,
    ),
    *played(
        "accept_invitation",
        "nobody",
        "SELECT sec.accept_invitation('\\x00', {u_nobody}) IS NOT NULL",
        [False],
        before=HIS_MAIL.format("u_nobody"),
    ),
    *(
        scene
        for token, answer in (("assigned", ([(True, "sme")], [1])), ("revoked", ([], [0])), ("expired", ([], [0])))
        for scene in played(
            "api_token",
            "anonymous",
            f"SELECT token_id IS NOT NULL, kind FROM sec.api_token({{token_{token}}})",
            answer,
            ("UPDATE tenants_apitoken SET last_used_at = now() - interval '10 seconds'", (answer[0], [0])),
            ("UPDATE tenants_apitoken SET last_used_at = now() - interval '2 minutes'", answer),
            then="SELECT count(*) FROM tenants_apitoken WHERE last_used_at = now()",
        )
    ),
]
APPROVED = (
    "SELECT (SELECT count(*) FROM tenants_application WHERE state = 'approved'), array(SELECT o.kind::text FROM"
    " tenants_accessgrant g JOIN tenants_organisation o ON o.id = g.grantee_id WHERE g.reason LIKE 'application %'"
    " ORDER BY 1), array(SELECT programme_id FROM tenants_enrolment WHERE chamber_member"
    " AND contract_start > '2026-05-01')"
)
APPROVE = "SELECT sec.approve_application('{%s}', sha256('n'), now() + interval '1 day') IS NOT NULL"
OTHER_SOC = (
    "INSERT INTO tenants_organisation (id, kind, name, name_kana, corporate_number, postal_code, prefecture,"
    " municipality, municipality_code, address, phone, phone_e164, email, industry, created_at) OVERRIDING SYSTEM VALUE"
    " VALUES (-9, 'soc', 'x', '', '', '', '', '', '', '', '', '', '', '', now());"
    "INSERT INTO tenants_programmepartner (programme_id, organisation_id) VALUES ({elsewhere}, -9)"
)
YES = ([True], [(1, ["call_centre", "office", "soc"], [1])])
NO: tuple[list[bool], list[object]] = ([False], [(0, [], [])])
APPROVING = [
    *asked_by(
        "approve_application",
        APPROVE % "uuid",
        {
            "office:owner": YES,
            "office:member": YES,
            "office:read_only": NO,
            "former in office": NO,
            "nobody in office": NO,
            "soc:owner": NO,
            "soc:owner in office": NO,
            "double": NO,
        },
        f"UPDATE tenants_application SET chamber_member = true;{OTHER_SOC}",
        APPROVED,
    ),
    *asked_by("approve_application", APPROVE % "foreign[uuid]", {"office:owner": [False]}),
    *played(
        "approve_application",
        "office:owner",
        APPROVE % "uuid",
        [False],
        before="UPDATE tenants_application SET state = 'rejected'",
    ),
    *played(
        "approve_application",
        "office:owner",
        "SELECT sec.approve_application(gen_random_uuid(), sha256('n'), now()) IS NOT NULL",
        [False],
    ),
]
CHANGE = "SELECT sec.membership_change({%s}, %s)"
OTHERS_END = (
    "UPDATE tenants_membership SET valid = tstzrange(lower(valid), now() - interval '1 second')"
    " WHERE organisation_id = {firm} AND role = 'owner' AND upper_inf(valid) AND id NOT IN ({m_sme_owner}, %s)"
)
ENDED = "SELECT count(*) FROM tenants_membership WHERE upper(valid) > now() AND NOT upper_inf(valid)"
CHANGING = [
    *played("membership_change", "sme:owner", CHANGE % ("m_sme_member", "'read_only'"), (["done"], [1]), then=ENDED),
    *played(
        "membership_change",
        "sme:owner",
        CHANGE % ("m_sme_read_only", "'member'"),
        ["not_allowed"],
        before="UPDATE tenants_membership SET valid = tstzrange(lower(valid), now() - interval '1 second')"
        " WHERE id = {m_sme_read_only}",
    ),
    *played(
        "membership_change", "sme:owner", CHANGE % ("m_sme_owner", "NULL"), ["last_owner"], before=OTHERS_END % "0"
    ),
    *played(
        "membership_change",
        "sme:owner",
        CHANGE % ("m_sme_owner", "NULL"),
        ["done"],
        ("UPDATE tenants_user SET is_active = false WHERE id = {owner}", ["last_owner"]),
        before=OTHERS_END % "{membership}",
    ),
]
FAILURES = "SELECT user_id = {reader}, failures FROM sec.member_log_in_failures('7 days')"
RETURNED = (
    'INSERT INTO notifications_outboxmessage (tenant_id, key, kind, "to", subject, text, html, state, created_at,'
    " due_at, attempts, error) VALUES ({%s}, 'invitation:' || left(encode(%s, 'hex'), 24), 'invitation', 'x', '', '',"
    " '', '%s', now(), now(), 0, '')"
)
FAILED = RETURNED % ("firm", SECRET, "failed")
NO_RETURN = "SELECT invitation_id = {invitation} FROM sec.undelivered_invitations()"
TOLD_OWNERS = [
    *played(
        "member_log_in_failures",
        "buyer:owner",
        FAILURES,
        [(True, 1)],
        ("UPDATE tenants_auditevent SET at = now() - interval '8 days' WHERE xid = {mark}", []),
        (
            "UPDATE tenants_membership SET valid = tstzrange(lower(valid), now() - interval '1 s')"
            " WHERE user_id = {reader}",
            [],
        ),
    ),
    *asked_by("member_log_in_failures", FAILURES, {"sme:owner": [], "buyer:member": [], "former in buyer": []}),
    *asked_by("undelivered_invitations", NO_RETURN, {"sme:owner": [True], "sme:member": [], "outsider": []}, FAILED),
    *(
        scene
        for before in (
            RETURNED % ("firm", SECRET, "sent"),
            RETURNED % ("firm", "sha256('x')", "failed"),
            RETURNED % ("f_foreign", SECRET, "failed"),
        )
        for scene in played("undelivered_invitations", "sme:owner", NO_RETURN, [], before=before)
    ),
]

# -- operators, and lines of the trail

GLASS = "SELECT sec.break_glass({%s}, %s, %s, %s, %s, %s) > 0"
WHY, PLAIN = "'a reason of ten'", "'told: a reason of ten'"
BROKEN = (
    "SELECT count(*), (SELECT \"to\" FROM notifications_outboxmessage WHERE kind = 'break_glass' ORDER BY id DESC"
    " LIMIT 1) FROM tenants_accessgrant WHERE reason = 'a reason of ten'"
)
BREAK = GLASS % ("f_expired", WHY, "60", "'s'", PLAIN, "'h'")
NO_MAIL = "UPDATE tenants_organisation SET email = '' WHERE id = {f_expired}"
FIRST_MEMBER = (
    "INSERT INTO tenants_membership (id, user_id, organisation_id, role, valid) OVERRIDING SYSTEM VALUE"
    " VALUES (-5, {u_nobody}, {f_expired}, %s, %s)"
)
ITS_OWNER = ([True], [(1, "owner-expired@firm.invalid")])
GLASSES = [
    *asked_by(
        "break_glass",
        BREAK,
        {
            "platform:owner": ([True], [(1, "mark8expired@firm.invalid")]),
            "platform:read_only": "42501",
            "former in platform": "42501",
            "nobody in platform": "42501",
            "soc:owner": "42501",
            "double": "42501",
            "soc:owner in platform": "42501",
        },
        "",
        BROKEN,
    ),
    *(
        Scene("break_glass", "platform:owner", GLASS % arguments, answer)
        for arguments, answer in (
            (("f_expired", "'short'", "60", "'s'", "'short'", "'h'"), "23514"),
            (("f_expired", "NULL", "60", "'s'", PLAIN, "'h'"), "23514"),
            (("f_expired", WHY, "0", "'s'", PLAIN, "'h'"), "23514"),
            (("f_expired", WHY, "241", "'s'", PLAIN, "'h'"), "23514"),
            (("f_expired", WHY, "NULL", "'s'", PLAIN, "'h'"), "23514"),
            (("f_expired", WHY, "60", "'s'", "'told: nothing'", "'h'"), "23514"),
            (("f_expired", WHY, "60", "''", PLAIN, "'h'"), "23514"),
            (("f_expired", WHY, "60", "'s'", PLAIN, "''"), "23514"),
            (("o_soc", WHY, "60", "'s'", PLAIN, "'h'"), "P0002"),
        )
    ),
    *played(
        "break_glass",
        "platform:owner",
        BREAK,
        ITS_OWNER,
        (FIRST_MEMBER % ("'member'", "tstzrange(now(), NULL)"), ITS_OWNER),
        (FIRST_MEMBER % ("'owner'", "tstzrange(now() - interval '2 h', now() - interval '1 h')"), ITS_OWNER),
        (
            FIRST_MEMBER % ("'owner'", "tstzrange(now(), NULL)") + ";UPDATE tenants_user SET is_active = false"
            " WHERE id = {u_nobody}",
            ITS_OWNER,
        ),
        ("UPDATE tenants_user SET is_active = false WHERE id = {expired[owner]}", "P0002"),
        before=NO_MAIL,
        then=BROKEN,
    ),
    Scene(
        "break_glass",
        "platform:owner",
        BREAK,
        "P0002",
        "UPDATE tenants_organisation SET email = '';"
        "UPDATE tenants_membership SET valid = tstzrange(lower(valid), now() - interval '1 s')"
        " WHERE organisation_id = {f_expired}",
    ),
]
LINE = (
    "INSERT INTO tenants_auditevent (tenant_id, at, actor_id, organisation_id, code, subject, data, agent, xid)"
    " VALUES ({%s}, now(), %s, %s, 'scene.line', '', '{{}}', '', 0)"
)
WHICH = (
    "SELECT g.grantee_id = {o_insurer}, g.tenant_id = {firm}, g.valid @> now() FROM tenants_auditevent e"
    " JOIN tenants_accessgrant g ON g.id = e.grant_id WHERE e.code = 'scene.line'"
)
FIRST_GRANT = (
    "INSERT INTO tenants_accessgrant (id, grantee_id, tenant_id, capability, subject_id, valid, reason) OVERRIDING"
    " SYSTEM VALUE VALUES (-99, %s, {%s}, 'claim', 999, %s, '')"
)
NOW_ON, BEFORE = "tstzrange(now(), NULL)", "tstzrange(now() - interval '2 h', now() - interval '1 h')"
TRAIL = [
    *played(
        "audit_stamp",
        "insurer:owner",
        LINE % ("firm", "{u_insurer_owner}", "{o_insurer}"),
        ([1], [(True,) * 3]),
        (FIRST_GRANT % ("{o_insurer}", "f_foreign", NOW_ON), ([1], [(True,) * 3])),
        (FIRST_GRANT % ("{o_soc}", "firm", NOW_ON), ([1], [(True,) * 3])),
        (FIRST_GRANT % ("{o_insurer}", "firm", BEFORE), ([1], [(True,) * 3])),
        then=WHICH,
    ),
    Scene(
        "audit_stamp",
        "token:foreign",
        LINE % ("f_foreign", "NULL", "NULL"),
        ([1], [(True, True)]),
        then=(
            "SELECT t.organisation_id = {f_foreign}, e.organisation_id = {f_foreign} FROM tenants_auditevent e"
            " JOIN tenants_apitoken t ON t.id = e.token_id WHERE e.code = 'scene.line'"
        ),
    ),
    *(
        Scene(
            "audit_stamp",
            who,
            LINE % ("firm", "{u_sme_owner}", "{firm}"),
            ([1], [(None, None)]),
            then=("SELECT token_id, grant_id FROM tenants_auditevent WHERE code = 'scene.line'"),
        )
        for who in ("sme:owner",)
    ),
]

PEOPLE = [*JOINING, *APPROVING, *CHANGING, *TOLD_OWNERS, *GLASSES, *TRAIL]
