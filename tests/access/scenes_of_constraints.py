"""What no role can do to grants, memberships, articles and claims, whoever asks: constraints of tables and triggers."""

from __future__ import annotations

from tests.access.scenes import Scene
from tests.access.scenes_of_help import _claim

SYSTEM = "platform's own"
ALWAYS, LONG = "tstzrange(now(), NULL)", "tstzrange(now(), now() + interval '4 hours 1 s')"
GRANT = (
    "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
    " VALUES ({%s}, {f_foreign}, '%s', %s, %s, '%s')"
)
AGAIN = "INSERT INTO tenants_{0} ({1}) SELECT {1} FROM tenants_{0} WHERE upper_inf(valid) ORDER BY id LIMIT 1"
HELD = [
    Scene("tenants_membership", SYSTEM, AGAIN.format("membership", "user_id, organisation_id, role, valid"), "23P01"),
    Scene(
        "tenants_accessgrant",
        SYSTEM,
        AGAIN.format("accessgrant", "grantee_id, tenant_id, capability, subject_id, valid, reason"),
        "23P01",
    ),
    *(
        Scene("tenants_accessgrant", SYSTEM, GRANT % values, answer)
        for values, answer in (
            (("o_vendor", "job", "NULL", ALWAYS, "x"), "23514"),
            (("o_soc", "watch", "5", ALWAYS, "x"), "23514"),
            (("o_platform", "breakglass", "NULL", LONG.replace(" 1 s", ""), "a reason of ten"), [1]),
            (("o_platform", "breakglass", "NULL", LONG, "a reason of ten"), "23514"),
            (("o_platform", "breakglass", "NULL", ALWAYS, "a reason of ten"), "23514"),
            (("o_platform", "breakglass", "NULL", LONG.replace(" 1 s", ""), "too short"), "23514"),
        )
    ),
]

REWRITE = "UPDATE incidents_article SET %s WHERE state = '%s' AND programme_id = {programme}"
POWER = "UPDATE tenants_user SET %s WHERE id = {u_%s}"
NEW_PERSON = (
    "INSERT INTO tenants_user (password, is_superuser, email, family_name, given_name, family_name_kana,"
    " given_name_kana, language, is_active, is_staff, date_joined)"
    " VALUES ('', %s, 'new@people.invalid', '', '', '', '', 'ja', true, %s, now())"
)
NEW_FACTOR = (
    "INSERT INTO mfa_authenticator (type, data, user_id, created_at) VALUES ('webauthn', '{{}}', {u_%s}, now())"
)
OLD_FACTOR = "DELETE FROM mfa_authenticator WHERE user_id = {u_%s}"
REFUSED = "42501"
POWERS = [
    *(
        Scene("user_kept", "soc:owner", NEW_PERSON % values, answer)
        for values, answer in ((("true", "false"), REFUSED), (("false", "true"), REFUSED), (("false", "false"), [1]))
    ),
    *(
        Scene("user_kept", who, POWER % (what, whose), answer)
        for who, what, whose, answer in (
            ("soc:owner", "is_superuser = true", "soc_owner", REFUSED),
            ("soc:owner", "is_staff = true", "soc_owner", REFUSED),
            ("soc:owner", "email = 'x@people.invalid'", "sme_owner", REFUSED),
            ("soc:owner", "email = 'x@people.invalid'", "soc_owner", [1]),
            ("soc:owner", "password = 'x'", "sme_owner", REFUSED),
            ("soc:owner", "password = 'x'", "soc_owner", [1]),
            ("anonymous", "password = 'x'", "soc_owner", [1]),
            ("soc:owner", "is_active = false", "sme_owner", [1]),
            (SYSTEM, "is_superuser = true", "soc_owner", [1]),
        )
    ),
    Scene(
        "user_kept",
        "soc:owner",
        POWER % ("is_active = true", "sme_owner"),
        REFUSED,
        POWER % ("is_active = false", "sme_owner"),
    ),
    *(
        Scene("factor_kept", who, call, answer)
        for who, call, answer in (
            ("soc:owner", NEW_FACTOR % "sme_owner", REFUSED),
            ("anonymous", NEW_FACTOR % "sme_owner", REFUSED),
            ("soc:owner", OLD_FACTOR % "sme_owner", REFUSED),
            ("anonymous", OLD_FACTOR % "sme_owner", REFUSED),
            ("soc:owner", OLD_FACTOR % "soc_owner", REFUSED),
            ("admin", OLD_FACTOR % "admin", REFUSED),
            ("sme:owner", OLD_FACTOR % "sme_owner", [1]),
            (SYSTEM, OLD_FACTOR % "soc_owner", [1]),
            ("sme:owner", "UPDATE mfa_authenticator SET last_used_at = now() WHERE user_id = {u_sme_owner}", [1]),
            ("sme:owner", "UPDATE mfa_authenticator SET data = '{{}}' WHERE user_id = {u_sme_owner}", REFUSED),
            (
                "sme:owner",
                "UPDATE mfa_authenticator SET user_id = {u_soc_owner} WHERE user_id = {u_sme_owner}",
                REFUSED,
            ),
        )
    ),
    Scene("factor_kept", "soc:owner", OLD_FACTOR % "soc_owner" + " AND type = 'totp'", [1], NEW_FACTOR % "soc_owner"),
    Scene(
        "factor_kept",
        "soc:owner",
        NEW_FACTOR % "soc_owner",
        ([1], ["person.factor_added"]),
        "",
        "SELECT code FROM tenants_auditevent WHERE code LIKE 'person.factor%' AND actor_id = {u_soc_owner}",
    ),
    Scene(
        "factor_kept",
        "sme:owner",
        OLD_FACTOR % "sme_owner",
        ([1], ["person.factor_removed"]),
        "",
        "SELECT code FROM tenants_auditevent WHERE code LIKE 'person.factor%' AND actor_id = {u_sme_owner}",
    ),
]
# The firm's claim with another policy's terms: those of its own policy are put in their place.
DRAFT = _claim(4, "{job}", "draft", "NULL").rstrip(";").replace("limit_yen, claims_per_year, '", "1, 9, '")
KEPT = [
    Scene("article_kept", "call_centre:owner", REWRITE % ("title = 'rewritten'", "published"), "23514"),
    Scene("article_kept", "call_centre:owner", REWRITE % ("title = 'rewritten'", "draft"), [1]),
    Scene("article_kept", "call_centre:owner", REWRITE % ("remark = 'x'", "published"), [1]),
    Scene("claim_moved", SYSTEM, "UPDATE insurance_claim SET round = round + 1 WHERE id = {claim}", "23514"),
    Scene("claim_moved", SYSTEM, "UPDATE insurance_claim SET reason = 'x' WHERE id = {claim}", [1]),
    Scene(
        "claim_terms",
        SYSTEM,
        DRAFT,
        ([1], [(True, True)]),
        "UPDATE insurance_claim SET job_id = {settled} WHERE id = {claim}",
        "SELECT limit_yen > 1, claims_per_year < 9 FROM insurance_claim WHERE id = -4",
    ),
    Scene(
        "claim_stamp",
        "insurer:owner",
        "INSERT INTO insurance_claimmessage (tenant_id, claim_id, kind, state, text, at, by_id, organisation_id)"
        " VALUES ({firm}, {claim}, 'question', '', 'x', now(), {u_nobody}, {o_vendor})",
        ([1], [(True, True)]),
        "",
        "SELECT by_id = {u_insurer_owner}, organisation_id = {o_insurer} FROM insurance_claimmessage WHERE text = 'x'",
    ),
]
