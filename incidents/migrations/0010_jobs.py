"""Jobs of vendors and offers to them. Grants follow the rows: asking a vendor lets it see where and what until the
offer ends; taking the job lets it see the firm until the job ends and two weeks more.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

# Jobs the acting person reaches through a grant: of a vendor for that job, or of the office for every job the desk
# has handed to it. A grant about a job of another firm gives nothing.
JOBS = """
SELECT array_agg(j.id) FROM incidents_job j
  JOIN tenants_accessgrant g ON g.tenant_id = j.tenant_id AND g.valid @> statement_timestamp()
       AND (g.capability <> 'office' AND g.subject_id = j.id
         OR g.capability = 'office' AND j.office_since IS NOT NULL AND j.state NOT IN ('closed', 'cancelled'))
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {user}
       AND m.organisation_id = {organisation} AND m.valid @> statement_timestamp(){who}
 WHERE g.capability = ANY (capabilities)
"""

# Asking, and what came of it. The answer takes the job under its row lock: of two acceptances one is refused.
OFFERED = """
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.state = 'waiting' THEN
      INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
      VALUES (new.vendor_id, new.tenant_id, 'job_offer', new.job_id, tstzrange(now(), new.expires_at), 'offer of a job');
    END IF;
  ELSIF old.state <> 'waiting' THEN
    RAISE EXCEPTION 'an answered offer stays as it is' USING ERRCODE = 'check_violation';
  END IF;
  IF new.state <> 'waiting' THEN
    UPDATE tenants_accessgrant g SET valid = tstzrange(lower(g.valid), now())
     WHERE g.capability = 'job_offer' AND g.tenant_id = new.tenant_id AND g.subject_id = new.job_id
       AND g.grantee_id = new.vendor_id AND g.valid @> now();
  END IF;
  IF new.state = 'accepted' THEN
    UPDATE incidents_job j SET vendor_id = new.vendor_id, state = 'accepted', accepted_at = new.answered_at
     WHERE j.id = new.job_id AND j.tenant_id = new.tenant_id AND j.state IN ('requested', 'offered');
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the job is no longer free' USING ERRCODE = 'check_violation'; END IF;
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
    VALUES (new.vendor_id, new.tenant_id, 'job', new.job_id, tstzrange(now(), NULL), 'job taken');
  END IF;
  RETURN new;
END
"""
MOVED = """
BEGIN
  IF new.state IN ('requested', 'closed', 'cancelled') THEN
    UPDATE tenants_accessgrant g
       SET valid = tstzrange(lower(g.valid), now() + CASE WHEN new.state = 'closed' THEN interval '14 days'
                                                          ELSE interval '0' END)
     WHERE g.capability IN ('job', 'job_offer') AND g.tenant_id = new.tenant_id AND g.subject_id = new.id
       AND (upper_inf(g.valid) OR g.capability = 'job_offer' AND g.valid @> now());
  END IF;
  IF new.state = 'requested' THEN new.vendor_id := NULL; END IF;
  RETURN new;
END
"""
RIGHTS = """
GRANT SELECT ON incidents_job, incidents_joboffer TO sec_definer;
GRANT UPDATE (vendor_id, state, accepted_at) ON incidents_job TO sec_definer;
GRANT UPDATE (valid) ON tenants_accessgrant TO sec_definer;
REVOKE UPDATE ON incidents_job, incidents_joboffer FROM otasuke_app;
GRANT UPDATE (way, state, wish, office_since, started_at, reported_at, closed_at) ON incidents_job TO otasuke_app;
GRANT UPDATE (state, answered_at, answered_by_id, reason) ON incidents_joboffer TO otasuke_app;
CREATE TRIGGER offered AFTER INSERT OR UPDATE ON incidents_joboffer FOR EACH ROW EXECUTE FUNCTION sec.offer_grants();
CREATE TRIGGER moved BEFORE UPDATE ON incidents_job FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state)
  EXECUTE FUNCTION sec.job_grants();
"""
RIGHTS_BACK = """
DROP TRIGGER offered ON incidents_joboffer;
DROP TRIGGER moved ON incidents_job;
"""

# An asked vendor answers its own offer, and nothing else about it. It does not see whom else the firm asked.
OWN_OFFERS = f"""
DROP POLICY reads ON incidents_joboffer;
CREATE POLICY reads ON incidents_joboffer FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('office'))::bigint[])
    OR (vendor_id = {ORGANISATION} AND job_id = ANY ((SELECT sec.visible_jobs('job_offer', 'job'))::bigint[])));
CREATE POLICY answers ON incidents_joboffer FOR UPDATE
  USING (vendor_id = {ORGANISATION} AND state = 'waiting'
    AND job_id = ANY ((SELECT sec.writable_jobs('job_offer'))::bigint[]))
  WITH CHECK (vendor_id = {ORGANISATION} AND state IN ('accepted', 'declined') AND answered_by_id = {USER});
"""

HELD = f"""tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id"""

# Before a vendor takes a job it learns where and what, not who.
JOB_CARDS = f"""
SELECT j.id, g.capability = 'job', upper(g.valid), j.kind::text, j.way::text, j.state::text, j.wish::text,
       o.prefecture::text, o.municipality::text, o.municipality_code::text, j.requested_at, i.kind::text, i.grade,
       i.opened_at,
       CASE WHEN g.capability = 'job' THEN j.tenant_id END, CASE WHEN g.capability = 'job' THEN j.number END,
       CASE WHEN g.capability = 'job' THEN o.name::text END, CASE WHEN g.capability = 'job' THEN o.address::text END,
       CASE WHEN g.capability = 'job' THEN o.phone::text END, CASE WHEN g.capability = 'job' THEN o.staff_count END,
       CASE WHEN g.capability = 'job' THEN o.pc_count END, CASE WHEN g.capability = 'job' THEN i.number END
  FROM {HELD}
  JOIN tenants_organisation o ON o.id = g.tenant_id
  LEFT JOIN incidents_incident i ON i.id = j.incident_id AND i.tenant_id = j.tenant_id
 WHERE g.capability IN ('job', 'job_offer') AND g.valid @> statement_timestamp()
 ORDER BY j.id
"""
JOB_FINDINGS = f"""
SELECT a.hour, a.function::text, a.direction::text, a.signature::text, a.peer::text, host(a.asset_ip),
       a.asset_mac::text, a.grade, a.alert_count, a.blocked_count, a.first_at, a.last_at
  FROM {HELD}
  JOIN incidents_incidentgroup x ON x.incident_id = j.incident_id AND x.tenant_id = j.tenant_id
  JOIN alerts_alertgroup a ON a.id = x.group_id
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
 ORDER BY a.first_at
"""
DROP_OLD = "DROP FUNCTION sec.job_cards(); DROP FUNCTION sec.job_findings(bigint);"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_doors"), ("tenants", "0042_programmes_are_registry")]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="番号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first_response", "初動対応"),
                            ("installation", "センサー設置の支援"),
                            ("removal", "センサーの撤去"),
                        ],
                        max_length=20,
                        verbose_name="種類",
                    ),
                ),
                (
                    "way",
                    models.CharField(choices=[("remote", "遠隔"), ("on_site", "訪問")], max_length=10, verbose_name="方法"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "事業者を選んでいます"),
                            ("offered", "事業者の返事を待っています"),
                            ("accepted", "日時を決めています"),
                            ("scheduled", "日時が決まりました"),
                            ("working", "作業中"),
                            ("reported", "作業報告の確認待ち"),
                            ("signed", "確認済み"),
                            ("closed", "終了"),
                            ("cancelled", "取りやめ"),
                        ],
                        default="requested",
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                ("wish", models.CharField(blank=True, max_length=500, verbose_name="希望")),
                ("requested_at", models.DateTimeField(verbose_name="受付")),
                ("office_since", models.DateTimeField(null=True, verbose_name="事務局に依頼")),
                ("accepted_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="incidents.incident",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="tenants.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "作業",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "number"), name="job_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("closed", "cancelled")), _negated=True),
                        fields=("tenant", "incident"),
                        name="job_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "返事待ち"),
                            ("accepted", "引き受け"),
                            ("declined", "辞退"),
                            ("expired", "期限切れ"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="打診")),
                ("expires_at", models.DateTimeField(verbose_name="返事の期限")),
                ("answered_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="incidents.job",
                    ),
                ),
                (
                    "offered_by",
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
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="job_offers", to="tenants.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "打診",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("tenant", "job"), name="offer_one_at_a_time"
                    )
                ],
            },
        ),
        rls.referable("incidents_job"),
        rls.same_firm_reference("incidents_job", "incident_id", "incidents_incident"),
        rls.same_firm_reference("incidents_joboffer", "job_id", "incidents_job"),
        *[
            rls.definer_function(
                f"{name}_jobs(VARIADIC capabilities text[])", "bigint[]", JOBS.format(user=USER, organisation=ORGANISATION, who=who), volatility="STABLE"
            )
            for name, who in (("visible", ""), ("writable", " AND m.role IN ('owner', 'member')"))
        ],
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.visible_jobs(text[]), sec.writable_jobs(text[]) TO otasuke_owner",
            migrations.RunSQL.noop,
        ),
        rls.guard(
            "incidents_job",
            reads=("desk", "breakglass"),
            adds=("firm", "desk"),
            changes=("firm", "desk"),
            of_job="id",
            jobs_read=("job", "office"),
            jobs_change=("job", "office"),
        ),
        rls.guard(
            "incidents_joboffer",
            adds=("firm", "desk"),
            changes=("firm", "desk"),
            of_job="job_id",
            jobs_add=("office",),
            jobs_change=("office",),
        ),
        migrations.RunSQL(
            OWN_OFFERS, "DROP POLICY answers ON incidents_joboffer"
        ),
        rls.definer_function("offer_grants()", "trigger", OFFERED, language="plpgsql", callers=("otasuke_owner",)),
        rls.definer_function("job_grants()", "trigger", MOVED, language="plpgsql", callers=("otasuke_owner",)),
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(DROP_OLD, migrations.RunSQL.noop),
        rls.definer_function(
            "job_cards()",
            "TABLE (job_id bigint, accepted boolean, until timestamptz, kind text, way text, state text, wish text,"
            " prefecture text, municipality text, municipality_code text, requested_at timestamptz, incident_kind text,"
            " grade smallint, opened_at timestamptz, tenant_id bigint, number integer, firm text, address text,"
            " phone text, staff_count integer, pc_count integer, incident_number integer)",
            JOB_CARDS,
            volatility="STABLE",
        ),
        rls.definer_function(
            "job_findings(job bigint)",
            "TABLE (hour timestamptz, function text, direction text, signature text, peer text, asset_ip text,"
            " asset_mac text, grade smallint, alert_count integer, blocked_count integer, first_at timestamptz,"
            " last_at timestamptz)",
            JOB_FINDINGS,
            volatility="STABLE",
        ),
    ]
