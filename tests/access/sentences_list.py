"""The sentences of tests/access/sentences.py. "Writers" of an organisation are its owners and members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.access.sentences import OWNER, REFUSES, Sentence, adds, changes, reads
from tests.access.sentences_scene import DESK

CENTRE, SOC, OFFICE, FIRM = "call_centre:owner+member", "soc:owner+member", "office:owner+member", "sme:owner+member"
VENDOR, RECOVERY = "vendor:owner+member", "data_recovery:owner+member"
FOUNDER = "founder"
HERE, ELSEWHERE, TASK = "task of programme", "task of elsewhere", "task of assigned"


def _each(count: Any, *who: str) -> dict[str, Any]:
    return dict.fromkeys(who, count)


# -- of a programme: its desk, SOC and office, vendors what is published; tasks for the one programme they work for

KNOWLEDGE = [
    reads("incidents_article", _each(2, "call_centre", "soc", "office") | _each(1, "vendor", "data_recovery")),
    adds("incidents_article", {CENTRE: 1}, state="'draft'", written_by_id="{user}"),
    adds("incidents_article", {}, state="'published'", written_by_id="{user}"),
    adds("incidents_article", {}, state="'draft'", written_by_id="{other}"),
    changes("incidents_article", "remark = 'x'", _each(2, CENTRE, SOC, OFFICE)),
    reads("incidents_readyanswer", {"call_centre": 1}),
    adds("incidents_readyanswer", {CENTRE: 1}),
    changes("incidents_readyanswer", "title = 'x'", {CENTRE: 1}),
    changes("incidents_readyanswer", "programme_id = {elsewhere}", {CENTRE: REFUSES}),
    reads(
        "incidents_earlywarning",
        _each(2, "call_centre", "soc", "office")
        | _each(
            1,
            "sme",
            "platform",
            "outsider",
            "token:assigned",
            "token:expired",
            "token:foreign",
            "task of assigned",
            "task of expired",
            "task of foreign",
            HERE,
            ELSEWHERE,
        ),
    ),
    adds("incidents_earlywarning", {HERE: 1}, "programme_id = {programme}"),
]
DESK_MAIL = [
    reads("incidents_deskmail", {"call_centre": 2, HERE: 2, ELSEWHERE: 1}),
    adds("incidents_deskmail", {HERE: 1}, "programme_id = {programme}"),
    changes("incidents_deskmail", "attempts = 0", {CENTRE: 1, HERE: 2, ELSEWHERE: 1}),
    changes("incidents_deskmail", "state = 'waiting'", {CENTRE: REFUSES, HERE: 2, ELSEWHERE: 1}),
    reads("incidents_mailfile", {"call_centre": 1, HERE: 1, ELSEWHERE: 1}),
    adds("incidents_mailfile", {HERE: 1}, "mail_id > 0"),
    changes("incidents_mailfile", "verdict = 'clean'", {HERE: 1, ELSEWHERE: 1}),
    reads("incidents_mailboxfault", {"call_centre": 1, HERE: 1, ELSEWHERE: 1}),
    adds("incidents_mailboxfault", {HERE: 1}, "programme_id = {programme}", uid="'1'"),
    changes("incidents_mailboxfault", "tries = 0", {HERE: 1, ELSEWHERE: 1}),
]
VENDORS = [
    adds("incidents_vendorprofile", {"vendor:owner": 1, OFFICE: 1, FOUNDER: 1}, "organisation_id = {vendor}"),
    adds("incidents_vendorprofile", {}, "organisation_id = {stranger}"),
    changes("incidents_vendorprofile", "profile = 'x'", {"vendor:owner": 1, OFFICE: 1}),
    changes("incidents_vendorprofile", "organisation_id = {stranger}", {"vendor:owner": REFUSES, OFFICE: REFUSES}),
    adds(
        "incidents_vendorlisting", {OFFICE: 1, FOUNDER: 1}, "organisation_id = {vendor} AND programme_id = {programme}"
    ),
    adds("incidents_vendorlisting", {FOUNDER: 1}, "organisation_id = {stranger}"),
    adds("incidents_vendorlisting", {}, "programme_id = {elsewhere}"),
    changes("incidents_vendorlisting", "by_id = NULL", {OFFICE: 1}),
    changes("incidents_vendorlisting", "organisation_id = {stranger}", {OFFICE: REFUSES}),
    changes("incidents_vendorlisting", "programme_id = {elsewhere}", {OFFICE: REFUSES}),
    reads("insurance_bankaccount", {"vendor:owner": 1, "insurer:owner": 1}),
    adds("insurance_bankaccount", {"vendor:owner": 1}, "organisation_id = {vendor}"),
    changes("insurance_bankaccount", "number = '1'", {"vendor:owner": 1, "insurer:owner": 1}),
]
ADMINISTERED = [
    *(adds(table, {"admin": 1}) for table in ("tenants_programme", "tenants_programmepartner")),
    # Terms of before today decide about claims of before: the office agrees on those to come.
    adds("insurance_policyversion", {"admin": 1, FOUNDER: 1}),
    adds("insurance_policyversion", {"admin": 1, FOUNDER: 1, "office:owner": 1}, valid_from="'2999-01-01'::date"),
    adds(
        "insurance_policyversion",
        {"admin": 1, FOUNDER: 1},
        valid_from="'2999-01-01'::date",
        insurer_id="{stranger}",
    ),
    adds("insurance_policyversion", {"admin": 1}, valid_from="'2999-01-01'::date", programme_id="{elsewhere}"),
    reads("tenants_firmlist", {"office:owner": 1}),
    # As oneself, neither taken nor gone through.
    adds("tenants_firmlist", {"office:owner": 1}, "programme_id = {programme}", read_by_id="{user}"),
    adds("tenants_firmlist", {}, "programme_id = {programme}", read_by_id="{other}"),
    adds("tenants_firmlist", {}, "programme_id = {elsewhere}", read_by_id="{user}"),
    adds("tenants_firmlist", {}, "programme_id = {programme}", read_by_id="{user}", taken_at="now()"),
    adds("tenants_firmlist", {}, "programme_id = {programme}", read_by_id="{user}", done="1"),
    changes("tenants_firmlist", "dropped_at = now()", {"office:owner": 1}),
    changes("tenants_firmlist", "taken_at = now(), taken_by_id = {user}", {"office:owner": 1}),
    changes("tenants_firmlist", "taken_at = now(), taken_by_id = {other}", {"office:owner": REFUSES}),
    reads("tenants_formerpartner", {"office": 1}),
    changes("insurance_policyversion", "premium_yen = 1", {"admin": "all"}),
    changes("tenants_programme", "desk_name = 'x'", {"admin": "all"}),
    changes("tenants_programmepartner", "programme_id = programme_id", {"admin": "all"}),
    adds(
        "tenants_programmesettings",
        {"admin": 1, "office:owner": 1, FOUNDER: 1},
        "programme_id = {programme}",
        effective_from="now()",
    ),
    adds("tenants_programmesettings", {"admin": 1}, "programme_id = {elsewhere}", effective_from="now()"),
    # Nobody changes what held, or publishes what is withdrawn.
    adds(
        "tenants_programmesettings",
        {"admin": 1},
        "programme_id = {programme}",
        effective_from="now() - interval '1 hour'",
    ),
    adds(
        "tenants_programmesettings",
        {"admin": 1},
        "programme_id = {programme}",
        effective_from="now()",
        withdrawn_at="now()",
    ),
    changes("tenants_programmesettings", "withdrawn_at = now()", {"admin": 2, "office:owner": 1}),
    changes(
        "tenants_programmesettings", "withdrawn_by_id = withdrawn_by_id", {"admin": REFUSES, "office:owner": REFUSES}
    ),
    *(
        reads(table, {}, otherwise="all")
        for table in (
            "insurance_policyversion",
            "tenants_programme",
            "tenants_programmepartner",
            "tenants_programmesettings",
            "incidents_vendorprofile",
            "incidents_vendorlisting",
        )
    ),
]
# Anybody applies; only the programme's office reads it and refuses what still waits, with a reason and as itself.
APPLICATIONS = [
    adds("tenants_application", {"everybody": 1}, "state = 'waiting'", id="gen_random_uuid()"),
    adds("tenants_application", {}, "state = 'waiting'", id="gen_random_uuid()", state="'approved'"),
    adds("tenants_application", {}, "state = 'waiting'", id="gen_random_uuid()", organisation_id="{firm}"),
    adds("tenants_application", {}, "state = 'waiting'", id="gen_random_uuid()", decided_at="now()"),
    reads("tenants_application", {"office": 2}),
    changes("tenants_application", "state = 'rejected', reason = 'x', decided_by_id = {user}", {OFFICE: 1}),
    changes("tenants_application", "state = 'approved', reason = 'x', decided_by_id = {user}", {OFFICE: REFUSES}),
    changes("tenants_application", "state = 'rejected', reason = '', decided_by_id = {user}", {OFFICE: REFUSES}),
    changes("tenants_application", "state = 'rejected', reason = 'x', decided_by_id = {other}", {OFFICE: REFUSES}),
]

# -- nobody signs with another's name, and nothing begins as ended

FIRM_OWNERS = ("sme:owner", "outsider")
OWNERS = ("sme:owner", "soc:owner", "call_centre:owner", "platform:owner", "vendor:owner", "buyer:owner", "double")
SIGNED = [
    adds("insurance_referral", {}, "tenant_id = {firm}", given_by_id="{other}"),
    adds("tenants_consent", {}, "tenant_id = {firm} AND revoked_at IS NULL", given_by_id="{other}"),
    adds("tenants_consent", {}, "tenant_id = {firm}", given_by_id="{user}", revoked_at="now()"),
    changes(
        "tenants_consent",
        "revoked_at = now(), revoked_by_id = {user}",
        {FIRM: 1, "outsider": 1} | _each(REFUSES, TASK, "task of expired", "task of foreign"),
    ),
    changes(
        "tenants_consent",
        "revoked_at = NULL, revoked_by_id = {user}",
        _each(REFUSES, FIRM, "outsider", TASK, "task of expired", "task of foreign"),
    ),
    # Whoever holds a mail's link answers in the firm's scope and in nobody's name; a person only in the own one.
    adds("incidents_alertanswer", {FIRM: 1}, "tenant_id = {firm}", by_id="{user}"),
    adds("incidents_alertanswer", {}, "tenant_id = {firm}", by_id="{other}"),
    adds("incidents_alertanswer", {TASK: 1}, "tenant_id = {firm}", way="'mail'", by_id="NULL::bigint", contact="'x'"),
    # An answer about a machine is in one's own name: of the firm's people, and of the desk that has them on the phone.
    adds("sensors_deviceanswer", {FIRM: 1, CENTRE: 1}, "tenant_id = {firm}", by_id="{user}"),
    adds("sensors_deviceanswer", {}, "tenant_id = {firm}", by_id="{other}"),
    adds("notifications_noticecontact", {TASK: 1, "sme:owner": 1}, "tenant_id = {firm} AND NOT is_main"),
    adds("notifications_noticecontact", {}, "tenant_id = {firm} AND NOT is_main", tenant_id="{vendor}"),
    adds("incidents_customermessage", {TASK: 1}, "tenant_id = {firm}", from_firm="true", author_id="{other}"),
    adds(
        "incidents_customermessage", {TASK: 1, CENTRE: 1}, "tenant_id = {firm}", from_firm="false", author_id="{user}"
    ),
    *(
        adds(
            "notifications_attention",
            answer,
            "tenant_id = {firm}",
            **({"kind": "'call_me'", "closed_at": "NULL", "taken_at": "NULL"} | put),
        )
        for answer, put in (
            ({TASK: 1, FIRM: 1}, {}),
            ({TASK: 1}, {"kind": "'silence'"}),
            ({TASK: 1}, {"closed_at": "now()"}),
            ({TASK: 1}, {"taken_at": "now()"}),
        )
    ),
    *(
        adds("tenants_apitoken", who, "organisation_id = {firm}", **({"created_by_id": "{user}"} | put))
        for who, put in (
            ({"sme:owner": 1}, {"revoked_at": "NULL"}),
            ({}, {"created_by_id": "{other}"}),
            ({}, {"revoked_at": "now()"}),
            ({}, {"last_used_at": "now()"}),
            ({}, {"expires_at": "now() + interval '400 days'"}),
        )
    ),
    changes("tenants_apitoken", "revoked_at = now()", _each(3, *OWNERS) | {"outsider": 1}),
    changes("tenants_apitoken", "revoked_at = NULL", _each(REFUSES, *OWNERS, "outsider")),
    adds("tenants_invitation", {}, "organisation_id = {firm}", invited_by_id="{other}"),
    adds("tenants_invitation", {}, "organisation_id = {firm}", invited_by_id="{user}", accepted_at="now()"),
    changes("tenants_invitation", "revoked_at = now()", _each(1, *FIRM_OWNERS)),
    reads("tenants_auditevent", {"buyer:member": 2}, "xid = {mark}"),
    adds("tenants_auditevent", {"everybody": 1}, "tenant_id = {firm}", tenant_id="NULL::bigint"),
    reads("tenants_organisation", {"everybody": 11}, "kind <> 'sme'"),
]

# -- SOC and desk judge as what they are, and in no other name

JUDGED = [
    adds("alerts_alertjudgement", answer, "tenant_id = {firm}", by_role=role)
    for role, answer in (
        ("'watch'", {SOC: 1, TASK: 1}),
        ("'desk'", {CENTRE: 1, TASK: 1}),
        ("'office'", {TASK: 1}),
        ("''", {TASK: 1}),
    )
]

# -- changes of grading: of a firm by its grant, of all firms by the programme; signed, and never begun as approved

_ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
_NEW = {
    "state": "'proposed'",
    "hidden": "NULL::integer",
    "proposed_by_id": "{user}",
    "organisation_id": _ORGANISATION,
}
_TRIED = "tried_by_id = %s, tried_for_id = %s"
_AGREED = "decided_by_id = %s, decided_at = now(), expires_at = now(), hidden = 0"
TUNED = [
    reads(
        "alerts_tuning",
        _each(2, "soc", "task of assigned", "task of expired", "task of foreign") | {HERE: 4, ELSEWHERE: 1},
    ),
    *(
        adds("alerts_tuning", answer, of, **_NEW | put)
        for of, put, answer in (
            ("firm_id = {firm}", {}, {SOC: 1}),
            ("firm_id IS NULL AND programme_id = {programme}", {}, {SOC: 1}),
            ("firm_id IS NULL AND programme_id = {elsewhere}", {}, {}),
            ("firm_id = {firm}", {"programme_id": "{elsewhere}"}, {}),
            ("firm_id NOT IN ({firm})", {}, {}),
            ("firm_id = {firm}", {"proposed_by_id": "{other}"}, {}),
            ("firm_id = {firm}", {"organisation_id": "{vendor}"}, {}),
            ("firm_id = {firm}", {"state": "'replayed'"}, {}),
            ("firm_id = {firm}", {"hidden": "0"}, {}),
            ("firm_id = {firm}", {"decided_by_id": "{user}"}, {}),
            ("firm_id = {firm}", {"override_reason": "'x'"}, {}),
            ("firm_id = {firm}", {"tried_by_id": "{user}"}, {}),
            ("firm_id = {firm}", {"tried_for_id": "{vendor}"}, {}),
        )
    ),
    changes("alerts_tuning", "progress = 0", {SOC: 2, HERE: REFUSES, ELSEWHERE: REFUSES}),
    changes("alerts_tuning", f"state = 'expired', {_AGREED % '{reader}'}", {SOC: 2, HERE: 4, ELSEWHERE: 1}),
    changes("alerts_tuning", f"state = 'in_force', {_AGREED % '{user}'}", _each(REFUSES, HERE, ELSEWHERE) | {SOC: 2}),
    changes("alerts_tuning", f"state = 'in_force', {_AGREED % '{reader}'}", _each(REFUSES, SOC, HERE, ELSEWHERE)),
    changes(
        "alerts_tuning", f"state = 'proposed', {_TRIED % ('{user}', _ORGANISATION)}", {SOC: 2, HERE: 4, ELSEWHERE: 1}
    ),
    changes(
        "alerts_tuning",
        f"state = 'proposed', {_TRIED % ('{reader}', _ORGANISATION)}",
        {SOC: REFUSES, HERE: 4, ELSEWHERE: 1},
    ),
    changes(
        "alerts_tuning", f"state = 'proposed', {_TRIED % ('{user}', '{vendor}')}", {SOC: REFUSES, HERE: 4, ELSEWHERE: 1}
    ),
    changes("alerts_tuning", "state = 'untried'", {SOC: 2, HERE: 4, ELSEWHERE: 1}),
]

OWN_FILTERS = [
    reads("alerts_savedfilter", {"buyer:member": 1}),
    adds("alerts_savedfilter", {}, "true", person_id="{other}"),
    changes("alerts_savedfilter", "saved_at = now()", {"buyer:member": 1}),
    Sentence("alerts_savedfilter", "DELETE FROM alerts_savedfilter", {"buyer:member": 1}),
]

# -- rows of callers whom nobody has identified: the programme's desk, nobody else

UNKNOWN_CALLERS = [
    *(reads(f"incidents_{name}", {"call_centre": 1}, "tenant_id = {office}") for name in DESK),
    *(
        adds(
            f"incidents_{name}",
            {CENTRE: 1},
            "tenant_id = {office}",
            **({"from_firm": "false"} if name == "customermessage" else {}),
        )
        for name in DESK
    ),
    *(
        changes(f"incidents_{name}", "tenant_id = {office} WHERE tenant_id = {office}", {CENTRE: 1})
        for name in ("caller", "case", "contact", "deskpresence", "escalation")
    ),
]

# -- a job handed to the office; offers and bills of a vendor

ABOUT_JOBS = (
    "appointment",
    "evidence",
    "jobevent",
    "joboffer",
    "jobreport",
    "sheetrecord",
    "signoff",
    "visitcheck",
    "workentry",
)
JOBS = [
    reads("incidents_job", {"office": 1}, "id = {job}", ask=("office", "buyer")),
    changes("incidents_job", "wish = 'x'", {OFFICE: 1}, ask=("office", "buyer")),
    *(
        reads(f"incidents_{name}", {"office": "all of the job"}, "job_id = {job}", ask=("office", "buyer"))
        for name in ABOUT_JOBS
    ),
    *(
        replace(adds(f"incidents_{name}", {OFFICE: 1}, "job_id = {job}"), ask=("office", "buyer"))
        for name in ("appointment", "joboffer")
    ),
    changes("incidents_appointment", "reason = 'x'", {OFFICE: 1}, ask=("office", "buyer")),
    reads("incidents_jobevent", {"vendor": 1}, "job_id = {job}", ask=("vendor",)),
    reads("incidents_joboffer", {"vendor": 1}, "job_id = {job}", ask=("vendor",)),
    changes(
        "incidents_joboffer",
        "reason = 'x'",
        {OFFICE: 3, RECOVERY: REFUSES},
        ask=("office", "vendor", "data_recovery", "buyer"),
    ),
    changes(
        "incidents_joboffer",
        "state = 'declined', answered_by_id = {user}",
        {RECOVERY: 1},
        ask=("vendor", "data_recovery", "buyer"),
    ),
    changes(
        "incidents_joboffer",
        "state = 'withdrawn', answered_by_id = {user}",
        {RECOVERY: REFUSES},
        ask=("data_recovery",),
    ),
    changes(
        "incidents_joboffer",
        "state = 'declined', answered_by_id = {other}",
        {RECOVERY: REFUSES},
        ask=("data_recovery",),
    ),
    changes(
        "incidents_invoice",
        "state_reason = 'x'",
        {OFFICE: 3, VENDOR: REFUSES} | _each(1, "task of expired", "task of foreign") | {TASK: 3},
    ),
    changes(
        "incidents_invoice",
        "state = 'void', state_by_id = {user}",
        {OFFICE: 3, VENDOR: 1},
        ask=("office", "vendor", "buyer"),
    ),
    changes("incidents_invoice", "state = 'issued', state_by_id = {user}", {VENDOR: REFUSES}, ask=("vendor",)),
    changes("incidents_invoice", "state = 'void', state_by_id = {other}", {VENDOR: REFUSES}, ask=("vendor",)),
]

# -- whoever owns the tables writes what the registering functions and the command line write

REGISTERED = [
    *(
        Sentence(table, f"UPDATE {table} SET {column} = {column}", {}, "all", role=OWNER)
        for table, column in (
            ("incidents_vendorlisting", "listed_from"),
            ("incidents_vendorprofile", "profile"),
            ("insurance_policyversion", "premium_yen"),
            ("tenants_apitoken", "name"),
            ("tenants_application", "name"),
            ("tenants_enrolment", "contract_start"),
            ("tenants_firmlist", "file_name"),
            ("tenants_formerpartner", "reason"),
            ("tenants_founding", "draft"),
            ("tenants_invitation", "email"),
            ("tenants_membership", "role"),
            ("tenants_organisation", "name"),
            ("tenants_programme", "name"),
            ("tenants_programmepartner", "programme_id"),
            ("tenants_programmesettings", "reason"),
        )
    ),
    Sentence(
        "tenants_accessgrant",
        "UPDATE tenants_accessgrant SET reason = 'x' WHERE capability = 'office'",
        {},
        3,
        role=OWNER,
    ),
    Sentence(
        "tenants_accessgrant",
        "UPDATE tenants_accessgrant SET reason = 'x' WHERE capability = 'breakglass'",
        {},
        REFUSES,
        role=OWNER,
    ),
]

SENTENCES: list[Sentence] = [
    *KNOWLEDGE,
    *DESK_MAIL,
    *VENDORS,
    *ADMINISTERED,
    *APPLICATIONS,
    *SIGNED,
    *JUDGED,
    *TUNED,
    *OWN_FILTERS,
    *UNKNOWN_CALLERS,
    *JOBS,
    *REGISTERED,
]
