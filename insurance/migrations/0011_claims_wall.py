"""Who sees and moves a claim. The insurer's sight follows the rows: from when a claim is submitted until 90 days after
it is over. The database knows the states, who may move them, and that a year has only so many claims.
"""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
TENANT = "nullif(current_setting('otasuke.tenant', true), '')::bigint"
TABLES = ("claim", "claimmessage", "claimevidence")

HELD = f"""tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp(){{who}}
  JOIN insurance_claim c ON c.id = g.subject_id AND c.tenant_id = g.tenant_id AND c.insurer_id = g.grantee_id"""
CLAIMS = f"SELECT array_agg(c.id) FROM {HELD} WHERE g.capability = 'claim' AND g.valid @> statement_timestamp()"

# A claim is added as a draft. Whose money it is, how much and how often, comes from the policy, not from who writes.
TERMS = """
DECLARE
  policy insurance_policyversion;
  worker bigint;
BEGIN
  SELECT p.* INTO policy FROM insurance_policyversion p
    JOIN tenants_enrolment e ON e.programme_id = p.programme_id AND e.tenant_id = new.tenant_id
   WHERE p.id = new.policy_id LIMIT 1;
  SELECT j.vendor_id INTO worker FROM incidents_job j
   WHERE j.id = new.job_id AND j.tenant_id = new.tenant_id AND j.incident_id = new.incident_id;
  IF policy.id IS NULL OR worker IS NULL OR new.state <> 'draft' OR new.round <> 0 THEN
    RAISE EXCEPTION 'no claim can be made of this' USING ERRCODE = 'check_violation'; END IF;
  new.insurer_id := policy.insurer_id;
  new.limit_yen := policy.limit_yen;
  new.claims_per_year := policy.claims_per_year;
  new.vendor_id := worker;
  RETURN new;
END
"""
MOVED = f"""
DECLARE
  by_insurer boolean := coalesce({ORGANISATION} = new.insurer_id, false);
BEGIN
  IF new.state = old.state THEN
    IF (new.slot, new.approved_yen, new.own_yen, new.round, new.chain_sha256, new.paid_on)
        IS DISTINCT FROM (old.slot, old.approved_yen, old.own_yen, old.round, old.chain_sha256, old.paid_on) THEN
      RAISE EXCEPTION 'a claim changes with its state only' USING ERRCODE = 'check_violation'; END IF;
    RETURN new;
  END IF;
  IF (old.state || ' ' || new.state) <> ALL (ARRAY[
      'draft submitted', 'draft withdrawn',
      'submitted returned', 'submitted approved', 'submitted rejected', 'submitted withdrawn',
      'returned resubmitted', 'returned withdrawn',
      'resubmitted returned', 'resubmitted approved', 'resubmitted rejected', 'resubmitted withdrawn',
      'approved paid', 'approved returned']) THEN
    RAISE EXCEPTION 'a claim does not go from % to %', old.state, new.state USING ERRCODE = 'check_violation'; END IF;
  IF by_insurer <> (new.state IN ('returned', 'approved', 'rejected', 'paid')) THEN
    RAISE EXCEPTION '% is not for the one who asks', new.state USING ERRCODE = 'insufficient_privilege'; END IF;
  IF by_insurer AND (new.round, new.chain_sha256) IS DISTINCT FROM (old.round, old.chain_sha256) THEN
    RAISE EXCEPTION 'evidence is not for the insurer to change' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN new;
END
"""
GRANTED = """
BEGIN
  IF new.state = 'submitted' THEN
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
    VALUES (new.insurer_id, new.tenant_id, 'claim', new.id, tstzrange(now(), NULL), 'claim submitted');
  ELSIF new.state IN ('rejected', 'withdrawn', 'paid') THEN
    UPDATE tenants_accessgrant g SET valid = tstzrange(lower(g.valid), now() + interval '90 days')
     WHERE g.capability = 'claim' AND g.tenant_id = new.tenant_id AND g.subject_id = new.id AND upper_inf(g.valid);
  END IF;
  RETURN new;
END
"""
STAMPED = f"""
BEGIN
  new.by_id := {USER};
  new.organisation_id := {ORGANISATION};
  RETURN new;
END
"""
RIGHTS = f"""
GRANT SELECT ON insurance_claim, insurance_policyversion, insurance_bankaccount TO sec_definer;
REVOKE UPDATE, DELETE, TRUNCATE ON insurance_claim, insurance_claimmessage, insurance_claimevidence, insurance_referral,
  insurance_bankaccount FROM otasuke_app;
GRANT UPDATE (state, slot, approved_yen, own_yen, submitted_at, decided_at, exported_at, paid_on, reason, round,
  chain_sha256) ON insurance_claim TO otasuke_app;
GRANT UPDATE (bank_code, bank_kana, branch_code, branch_kana, type, number, holder_kana, client_code, changed_at)
  ON insurance_bankaccount TO otasuke_app;
CREATE TRIGGER terms BEFORE INSERT ON insurance_claim FOR EACH ROW EXECUTE FUNCTION sec.claim_terms();
CREATE TRIGGER moved BEFORE UPDATE ON insurance_claim FOR EACH ROW EXECUTE FUNCTION sec.claim_moved();
CREATE TRIGGER granted AFTER UPDATE ON insurance_claim FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state)
  EXECUTE FUNCTION sec.claim_grants();
CREATE TRIGGER stamped BEFORE INSERT ON insurance_claimmessage FOR EACH ROW EXECUTE FUNCTION sec.claim_stamp();

-- Only a person of the firm agrees to be called by an agent, in their own name.
DROP POLICY adds ON insurance_referral;
CREATE POLICY adds ON insurance_referral FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]) AND given_by_id = {USER});

ALTER TABLE insurance_bankaccount ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_bankaccount FORCE ROW LEVEL SECURITY;
CREATE POLICY owners ON insurance_bankaccount
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]))
  WITH CHECK (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]));
"""
RIGHTS_BACK = """
DROP TRIGGER terms ON insurance_claim;
DROP TRIGGER moved ON insurance_claim;
DROP TRIGGER granted ON insurance_claim;
DROP TRIGGER stamped ON insurance_claimmessage;
DROP POLICY owners ON insurance_bankaccount;
ALTER TABLE insurance_bankaccount NO FORCE ROW LEVEL SECURITY;
ALTER TABLE insurance_bankaccount DISABLE ROW LEVEL SECURITY;
"""

CLAIM_CARDS = f"""
SELECT c.id, upper(g.valid), o.name::text, i.number, i.kind::text, i.grade, i.opened_by::text, i.opened_at, i.closed_at,
       e.contract_start
  FROM {HELD.format(who="")}
  JOIN tenants_organisation o ON o.id = g.tenant_id
  JOIN incidents_incident i ON i.id = c.incident_id AND i.tenant_id = c.tenant_id
  LEFT JOIN LATERAL (SELECT t.contract_start FROM tenants_enrolment t WHERE t.tenant_id = c.tenant_id
                      AND t.contract_start <= (i.opened_at AT TIME ZONE 'Asia/Tokyo')::date
                      ORDER BY t.contract_start DESC LIMIT 1) e ON true
 WHERE g.capability = 'claim' AND g.valid @> statement_timestamp()
 ORDER BY c.id
"""
CLAIM_EVIDENCE = f"""
SELECT a.function::text, a.direction::text, a.signature::text, a.grade, a.alert_count, a.blocked_count, a.first_at,
       a.last_at
  FROM {HELD.format(who="")}
  JOIN incidents_incidentgroup x ON x.incident_id = c.incident_id AND x.tenant_id = c.tenant_id
  JOIN alerts_alertgroup a ON a.id = x.group_id
 WHERE c.id = claim AND g.capability = 'claim' AND g.valid @> statement_timestamp()
 ORDER BY a.first_at
"""
# How often the cover was used, by the first day of the year. The SOC shows it beside an incident and reads no claim.
CLAIMS_USED = """
SELECT array_agg(c.year_first ORDER BY c.year_first) FROM insurance_claim c
 WHERE c.tenant_id = firm AND c.slot IS NOT NULL
   AND firm = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
"""
# What a vendor that took the job needs to say what the cover pays: no names, no amounts of others.
JOB_COVER = f"""
SELECT e.programme_id, e.contract_start, e.contract_end, i.kind::text, i.opened_by::text, i.grade, i.opened_at,
       ARRAY(SELECT c.year_first FROM insurance_claim c WHERE c.tenant_id = j.tenant_id AND c.slot IS NOT NULL
         ORDER BY c.year_first)
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN incidents_incident i ON i.id = j.incident_id AND i.tenant_id = j.tenant_id
  JOIN LATERAL (SELECT t.programme_id, t.contract_start, t.contract_end FROM tenants_enrolment t
     WHERE t.tenant_id = j.tenant_id
     ORDER BY (t.contract_start <= (i.opened_at AT TIME ZONE 'Asia/Tokyo')::date) DESC, t.contract_start DESC
     LIMIT 1) e ON true
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
"""
PAYEES = f"""
SELECT c.id, b.bank_code::text, b.bank_kana::text, b.branch_code::text, b.branch_kana::text, b.type::text,
       b.number::text, b.holder_kana::text
  FROM {HELD.format(who=" AND m.role IN ('owner', 'member')")}
  JOIN insurance_bankaccount b ON b.organisation_id = c.vendor_id
 WHERE g.capability = 'claim' AND g.valid @> statement_timestamp() AND c.state = 'approved'
 ORDER BY c.id
"""
PAYER = f"""
SELECT b.bank_code::text, b.bank_kana::text, b.branch_code::text, b.branch_kana::text, b.type::text, b.number::text,
       b.holder_kana::text, b.client_code::text
  FROM insurance_bankaccount b
  JOIN tenants_membership m ON m.organisation_id = b.organisation_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.role IN ('owner', 'member') AND m.valid @> statement_timestamp()
  JOIN tenants_organisation o ON o.id = m.organisation_id AND o.kind = 'insurer'
"""
# Numbers only, for the insurer of a policy (months in which it was the insurer) and the office of the programme.
MONTHS = f"""
WITH me AS (
  SELECT m.organisation_id AS id FROM tenants_membership m
   WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()
), months AS (
  SELECT p.id AS programme_id, first::date AS first, (first + interval '1 month')::date AS next, v.insurer_id,
         v.premium_yen
    FROM tenants_programme p
    JOIN LATERAL (SELECT date_trunc('month', min(x.valid_from)) AS since FROM insurance_policyversion x
                   WHERE x.programme_id = p.id) s ON s.since IS NOT NULL
    CROSS JOIN LATERAL generate_series(s.since, date_trunc('month', statement_timestamp() AT TIME ZONE 'Asia/Tokyo'),
                                       interval '1 month') first
    JOIN LATERAL (SELECT x.insurer_id, x.premium_yen FROM insurance_policyversion x
                   WHERE x.programme_id = p.id AND x.valid_from < (first + interval '1 month')::date
                   ORDER BY x.valid_from DESC LIMIT 1) v ON true
   WHERE p.office_id IN (SELECT id FROM me) OR v.insurer_id IN (SELECT id FROM me)
)
SELECT t.programme_id, t.first,
       (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = t.programme_id
          AND e.contract_start < t.next AND (e.contract_end IS NULL OR e.contract_end >= t.first)) AS firms,
       t.premium_yen::bigint,
       count(c.id) FILTER (WHERE c.submitted >= t.first AND c.submitted < t.next),
       coalesce(sum(c.asked_yen) FILTER (WHERE c.submitted >= t.first AND c.submitted < t.next), 0)::bigint,
       count(c.id) FILTER (WHERE c.submitted >= t.first AND c.submitted < t.next AND c.state = 'rejected'),
       count(c.id) FILTER (WHERE c.paid_on >= t.first AND c.paid_on < t.next),
       coalesce(sum(c.approved_yen) FILTER (WHERE c.paid_on >= t.first AND c.paid_on < t.next), 0)::bigint
  FROM months t
  LEFT JOIN LATERAL (SELECT x.id, x.asked_yen, x.approved_yen, x.state, x.paid_on,
                            (x.submitted_at AT TIME ZONE 'Asia/Tokyo')::date AS submitted
                       FROM insurance_claim x JOIN insurance_policyversion v ON v.id = x.policy_id
                      WHERE v.programme_id = t.programme_id AND x.insurer_id = t.insurer_id
                        AND x.submitted_at IS NOT NULL) c ON true
 GROUP BY t.programme_id, t.first, t.next, t.premium_yen
 ORDER BY t.programme_id, t.first
"""


def door(signature: str, columns: str, body: str) -> migrations.RunSQL:
    return rls.definer_function(signature, columns, body, volatility="STABLE")


class Migration(migrations.Migration):
    dependencies = [("insurance", "0010_claims"), ("incidents", "0010_jobs"), ("tenants", "0041_doors_of_partners")]

    operations = [
        rls.referable("insurance_claim"),
        rls.same_firm_reference("insurance_claim", "incident_id", "incidents_incident"),
        rls.same_firm_reference("insurance_claim", "job_id", "incidents_job"),
        rls.same_firm_reference("insurance_claimmessage", "claim_id", "insurance_claim"),
        rls.same_firm_reference("insurance_claimevidence", "claim_id", "insurance_claim"),
        door("visible_claims()", "bigint[]", CLAIMS.format(who="")),
        door("writable_claims()", "bigint[]", CLAIMS.format(who=" AND m.role IN ('owner', 'member')")),
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.visible_claims(), sec.writable_claims() TO otasuke_owner",
            migrations.RunSQL.noop,
        ),
        rls.guard(
            "insurance_claim",
            reads=("desk", "breakglass"),
            adds=("firm", "desk"),
            changes=("firm", "desk"),
            of_claim="id",
            claims=("reads", "changes"),
        ),
        rls.guard(
            "insurance_claimmessage",
            reads=("desk", "breakglass"),
            adds=("firm", "desk"),
            of_claim="claim_id",
            claims=("reads", "adds"),
        ),
        rls.guard(
            "insurance_claimevidence",
            reads=("desk", "breakglass"),
            adds=("firm", "desk"),
            of_claim="claim_id",
            claims=("reads",),
        ),
        rls.guard("insurance_referral", reads=("desk", "breakglass"), adds=("firm",)),
        *[
            rls.definer_function(f"{name}()", "trigger", body, language="plpgsql", callers=("otasuke_owner",))
            for name, body in (
                ("claim_terms", TERMS),
                ("claim_moved", MOVED),
                ("claim_grants", GRANTED),
                ("claim_stamp", STAMPED),
            )
        ],
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(
            "DROP FUNCTION sec.claim_cards(); DROP FUNCTION sec.claim_evidence(bigint);", migrations.RunSQL.noop
        ),
        door(
            "claim_cards()",
            "TABLE (claim_id bigint, until timestamptz, firm text, incident_number integer, kind text, grade smallint,"
            " opened_by text, opened_at timestamptz, closed_at timestamptz, contract_start date)",
            CLAIM_CARDS,
        ),
        door(
            "claim_evidence(claim bigint)",
            "TABLE (function text, direction text, signature text, grade smallint, alert_count integer,"
            " blocked_count integer, first_at timestamptz, last_at timestamptz)",
            CLAIM_EVIDENCE,
        ),
        door("claims_used(firm bigint)", "date[]", CLAIMS_USED),
        door(
            "job_cover(job bigint)",
            "TABLE (programme_id bigint, contract_start date, contract_end date, kind text, opened_by text,"
            " grade smallint, opened_at timestamptz, used date[])",
            JOB_COVER,
        ),
        door(
            "claim_payees()",
            "TABLE (claim_id bigint, bank_code text, bank_kana text, branch_code text, branch_kana text, type text,"
            " number text, holder_kana text)",
            PAYEES,
        ),
        door(
            "claim_payer()",
            "TABLE (bank_code text, bank_kana text, branch_code text, branch_kana text, type text, number text,"
            " holder_kana text, client_code text)",
            PAYER,
        ),
        door(
            "insurance_months()",
            "TABLE (programme_id bigint, month date, firms bigint, premium_yen bigint, made bigint, asked_yen bigint,"
            " rejected bigint, paid bigint, paid_yen bigint)",
            MONTHS,
        ),
    ]
