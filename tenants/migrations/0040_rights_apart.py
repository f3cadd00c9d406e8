"""Reading, adding, changing and deleting are rights of their own; grants for a job, a claim, an introduction and for
breaking the glass; consent to be seen by name.

Grants of a job, an offer, a claim or an introduction open no table. What their holders may see, field by field, comes
from the functions of the next migration.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
TENANT = "nullif(current_setting('otasuke.tenant', true), '')::bigint"
NAMED = "(SELECT sec.visible_tenants('watch', 'desk', 'office', 'breakglass'))::bigint[]"
NAMED_BEFORE = "(SELECT sec.visible_tenants('watch', 'desk', 'office'))::bigint[]"
ANY_GRANT = (
    "(SELECT sec.visible_tenants("
    "'watch', 'desk', 'office', 'breakglass', 'job_offer', 'job', 'claim', 'outreach'))::bigint[]"
)
STAFF = ("watch", "desk", "breakglass")

# As visible_tenants, but for people who may only read the answer is no firm.
WRITABLE = f"""
DECLARE
  firm bigint := {TENANT};
  person bigint := {USER};
  acting_for bigint := {ORGANISATION};
BEGIN
  IF firm IS NOT NULL THEN RETURN ARRAY[firm]; END IF;
  RETURN ARRAY(
    SELECT o.id FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
     WHERE m.user_id = person AND m.organisation_id = acting_for AND o.kind = 'sme' AND m.valid @> now()
       AND m.role IN ('owner', 'member') AND 'firm' = ANY (capabilities)
    UNION
    SELECT g.tenant_id FROM tenants_accessgrant g
      JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.valid @> now()
     WHERE m.user_id = person AND m.organisation_id = acting_for AND m.role IN ('owner', 'member')
       AND g.capability = ANY (capabilities) AND g.valid @> now()
    ORDER BY 1);
END
"""

# A grant given by mistake to the wrong kind of organisation would open whole tables: the database refuses it.
FITS = """
CREATE FUNCTION sec.grant_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
  holder text := (SELECT o.kind FROM tenants_organisation o WHERE o.id = new.grantee_id);
  firm text := (SELECT o.kind FROM tenants_organisation o WHERE o.id = new.tenant_id);
  fitting text[] := CASE new.capability
    WHEN 'watch' THEN ARRAY['soc'] WHEN 'desk' THEN ARRAY['call_centre'] WHEN 'office' THEN ARRAY['office']
    WHEN 'job_offer' THEN ARRAY['vendor', 'data_recovery'] WHEN 'job' THEN ARRAY['vendor', 'data_recovery']
    WHEN 'claim' THEN ARRAY['insurer'] WHEN 'outreach' THEN ARRAY['outreach'] WHEN 'breakglass' THEN ARRAY['platform']
  END;
BEGIN
  IF firm IS DISTINCT FROM 'sme' OR holder <> ALL (fitting) THEN
    RAISE EXCEPTION 'a % cannot hold % over a %', holder, new.capability, firm USING ERRCODE = 'check_violation';
  END IF;
  RETURN new;
END $body$;
REVOKE ALL ON FUNCTION sec.grant_fits() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.grant_fits() TO otasuke_owner, sec_definer;
CREATE TRIGGER grant_fits AFTER INSERT OR UPDATE ON tenants_accessgrant
  FOR EACH ROW EXECUTE FUNCTION sec.grant_fits();
ALTER TABLE tenants_accessgrant ADD CONSTRAINT access_grant_break_glass CHECK (capability <> 'breakglass'
  OR (length(reason) >= 10 AND upper(valid) IS NOT NULL AND upper(valid) - lower(valid) <= interval '4 hours'));
DROP POLICY registrar ON tenants_accessgrant;
CREATE POLICY registrar ON tenants_accessgrant TO otasuke_owner USING (true) WITH CHECK (capability <> 'breakglass');
"""
FITS_BACK = """
DROP POLICY registrar ON tenants_accessgrant;
CREATE POLICY registrar ON tenants_accessgrant TO otasuke_owner USING (true) WITH CHECK (true);
ALTER TABLE tenants_accessgrant DROP CONSTRAINT access_grant_break_glass;
DROP TRIGGER grant_fits ON tenants_accessgrant;
DROP FUNCTION sec.grant_fits();
"""

# The only way to a firm for an operator of the platform. The notice is a row of the firm's outbox before anything shows.
BREAK_GLASS = f"""
DECLARE
  made bigint;
  address text;
  lasting constant interval := make_interval(mins => minutes);
BEGIN
  PERFORM 1 FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION} AND o.kind = 'platform'
      AND m.role IN ('owner', 'member') AND m.valid @> now();
  IF NOT FOUND THEN RAISE EXCEPTION 'not an operator of the platform' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF coalesce(length(btrim(why)), 0) < 10 THEN
    RAISE EXCEPTION 'the reason must be told' USING ERRCODE = 'check_violation'; END IF;
  IF minutes IS NULL OR minutes < 1 OR minutes > 240 THEN
    RAISE EXCEPTION 'one minute to four hours' USING ERRCODE = 'check_violation'; END IF;
  IF position(btrim(why) IN plain) = 0 OR subject = '' OR html = '' THEN
    RAISE EXCEPTION 'the notice must carry the reason' USING ERRCODE = 'check_violation'; END IF;
  SELECT coalesce(nullif(o.email, ''), (
      SELECT u.email FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id AND u.is_active
       WHERE m.organisation_id = o.id AND m.role = 'owner' AND m.valid @> now() ORDER BY m.id LIMIT 1))
    INTO address FROM tenants_organisation o WHERE o.id = firm AND o.kind = 'sme';
  IF address IS NULL THEN
    RAISE EXCEPTION 'nobody of the firm could be told' USING ERRCODE = 'no_data_found'; END IF;
  INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
  VALUES ({ORGANISATION}, firm, 'breakglass', tstzrange(now(), now() + lasting), left(btrim(why), 200))
  RETURNING id INTO made;
  INSERT INTO notifications_outboxmessage (tenant_id, key, kind, "to", subject, text, html, state, created_at, due_at,
    attempts, error)
  VALUES (firm, 'break_glass:' || made, 'break_glass', address, subject, plain, html, 'waiting', now(), now(), 0, '');
  INSERT INTO tenants_auditevent (tenant_id, at, actor_id, organisation_id, code, subject, data, agent, xid)
  VALUES (firm, now(), {USER}, {ORGANISATION}, 'glass.broken', 'grant:' || made,
    jsonb_build_object('reason', btrim(why), 'minutes', minutes), '', 0);
  RETURN made;
END
"""

DEFINER_RIGHTS = """
GRANT INSERT ON tenants_accessgrant, tenants_auditevent, notifications_outboxmessage TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_accessgrant_id_seq, tenants_auditevent_id_seq, notifications_outboxmessage_id_seq
  TO sec_definer;
"""

CONSENT_TABLE = f"""
REVOKE UPDATE ON tenants_consent FROM otasuke_app;
GRANT UPDATE (revoked_at, revoked_by_id) ON tenants_consent TO otasuke_app;
DROP POLICY adds ON tenants_consent;
DROP POLICY changes ON tenants_consent;
CREATE POLICY gives ON tenants_consent FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[])
    AND given_by_id = {USER} AND revoked_at IS NULL);
CREATE POLICY revokes ON tenants_consent FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[]) AND revoked_at IS NULL)
  WITH CHECK (revoked_at IS NOT NULL AND revoked_by_id = {USER});
"""

REGISTRY = f"""
DROP POLICY reads ON tenants_organisation;
CREATE POLICY reads ON tenants_organisation FOR SELECT
  USING (kind <> 'sme' OR id = ANY ({NAMED}) OR id = ANY ((SELECT sec.own_organisations())::bigint[]));
DROP POLICY reads ON tenants_enrolment;
CREATE POLICY reads ON tenants_enrolment FOR SELECT USING (tenant_id = ANY ({NAMED}));
DROP POLICY reads ON tenants_accessgrant;
CREATE POLICY reads ON tenants_accessgrant FOR SELECT
  USING ((grantee_id = {ORGANISATION} AND grantee_id = ANY ((SELECT sec.own_organisations())::bigint[]))
    OR tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]));
DROP POLICY writes ON tenants_auditevent;
CREATE POLICY writes ON tenants_auditevent FOR INSERT
  WITH CHECK (tenant_id IS NULL OR tenant_id = ANY ({ANY_GRANT}));
REVOKE DELETE ON tenants_organisation, tenants_membership, tenants_enrolment, tenants_accessgrant, tenants_invitation,
  tenants_application FROM otasuke_app;
"""
REGISTRY_BACK = f"""
DROP POLICY reads ON tenants_organisation;
CREATE POLICY reads ON tenants_organisation FOR SELECT
  USING (kind <> 'sme' OR id = ANY ({NAMED_BEFORE}) OR id = ANY ((SELECT sec.own_organisations())::bigint[]));
DROP POLICY reads ON tenants_enrolment;
CREATE POLICY reads ON tenants_enrolment FOR SELECT USING (tenant_id = ANY ({NAMED_BEFORE}));
DROP POLICY reads ON tenants_accessgrant;
CREATE POLICY reads ON tenants_accessgrant FOR SELECT
  USING (grantee_id = {ORGANISATION} OR tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]));
DROP POLICY writes ON tenants_auditevent;
CREATE POLICY writes ON tenants_auditevent FOR INSERT
  WITH CHECK (tenant_id IS NULL OR tenant_id = ANY ({NAMED_BEFORE}));
GRANT DELETE ON tenants_organisation, tenants_membership, tenants_enrolment, tenants_accessgrant, tenants_invitation,
  tenants_application TO otasuke_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0031_audit_and_token_doors"),
        ("notifications", "0004_urgent_first"),
        ("sensors", "0002_row_level_security"),
        ("alerts", "0005_retention"),
        ("incidents", "0003_doors"),
        ("reports", "0003_attempts"),
    ]

    operations = [
        migrations.AddField("accessgrant", "subject_id", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "accessgrant",
            "capability",
            models.CharField(
                choices=[
                    ("watch", "監視"),
                    ("desk", "相談"),
                    ("office", "事務局"),
                    ("job_offer", "訪問の打診"),
                    ("job", "訪問"),
                    ("claim", "保険の請求"),
                    ("outreach", "紹介"),
                    ("breakglass", "緊急の閲覧"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint("accessgrant", "access_grant_no_overlap"),
        migrations.AddConstraint(
            "accessgrant",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="access_grant_no_overlap",
                expressions=[
                    ("grantee", "="),
                    ("tenant", "="),
                    ("capability", "="),
                    (django.db.models.functions.comparison.Coalesce("subject_id", 0), "="),
                    ("valid", "&&"),
                ],
            ),
        ),
        migrations.AddConstraint(
            "accessgrant",
            models.CheckConstraint(
                name="access_grant_subject",
                condition=models.Q(capability__in=("job_offer", "job", "claim")) ^ models.Q(subject_id__isnull=True),
            ),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field_group",
                    models.CharField(
                        choices=[
                            ("watching", "センサーと見守りの状態"),
                            ("incidents", "インシデントの件数と状態"),
                        ],
                        max_length=20,
                        verbose_name="項目",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="文面の版")),
                ("given_at", models.DateTimeField(auto_now_add=True, verbose_name="同意")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="取消し")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "同意",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("tenant", "field_group"),
                        name="consent_once",
                    )
                ],
            },
        ),
        rls.definer_function(
            "writable_tenants(VARIADIC capabilities text[])",
            "bigint[]",
            WRITABLE,
            volatility="STABLE",
            language="plpgsql",
        ),
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.writable_tenants(text[]) TO otasuke_owner", migrations.RunSQL.noop
        ),
        # Who may add and change is what services do today: the SOC opens incidents by judgement, the desk moves them.
        *[
            rls.guard(table, reads=STAFF)
            for table in (
                "sensors_sensor",
                "alerts_alert",
                "alerts_inboxbatch",
                "alerts_quarantinedline",
                "alerts_trafficaggregate",
                "notifications_attention",
            )
        ],
        *[rls.guard(table) for table in ("sensors_sensorkey", "sensors_activationcode", "alerts_callbackcount")],
        rls.guard("alerts_alertgroup", reads=STAFF, changes=("watch",)),
        rls.guard("incidents_incident", reads=STAFF, adds=("watch",), changes=("watch", "desk")),
        rls.guard("incidents_incidentgroup", reads=STAFF, adds=("watch",)),
        rls.guard("incidents_incidentevent", reads=STAFF, adds=("watch", "desk")),
        rls.guard("incidents_desktask", reads=STAFF, adds=("watch",), changes=("desk",)),
        rls.guard("notifications_outboxmessage", reads=("desk", "breakglass")),
        rls.guard("reports_monthlyreport", reads=("desk", "breakglass")),
        rls.guard("tenants_consent", reads=("desk", "office", "breakglass")),
        migrations.RunSQL(CONSENT_TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(REGISTRY, REGISTRY_BACK),
        migrations.RunSQL(FITS, FITS_BACK),
        migrations.RunSQL(DEFINER_RIGHTS, migrations.RunSQL.noop),
        rls.definer_function(
            "break_glass(firm bigint, why text, minutes integer, subject text, plain text, html text)",
            "bigint",
            BREAK_GLASS,
            language="plpgsql",
        ),
    ]
