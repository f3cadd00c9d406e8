"""A mail's words are read once, by a worker; faults of mailboxes are counted; addresses in quotes are their firm's."""

from django.db import migrations, models
from django.db.models import deletion

BACKGROUND = "programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint"
READS = f"programme_id = ANY ((SELECT sec.served_programmes('call_centre'))::bigint[]) OR {BACKGROUND}"

# A fault opens to the programme's desk to read, and to its mailbox's own work; nobody deletes.
WALL = f"""
ALTER TABLE incidents_mailboxfault ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_mailboxfault FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON incidents_mailboxfault FOR SELECT USING ({READS});
CREATE POLICY adds ON incidents_mailboxfault FOR INSERT WITH CHECK ({BACKGROUND});
CREATE POLICY changes ON incidents_mailboxfault FOR UPDATE USING ({BACKGROUND}) WITH CHECK ({BACKGROUND});
REVOKE UPDATE, DELETE, TRUNCATE ON incidents_mailboxfault FROM otasuke_app;
GRANT UPDATE (tries, first_at, last_at, error, case_id, over_at) ON incidents_mailboxfault TO otasuke_app;
GRANT UPDATE (text, read_in_part) ON incidents_deskmail TO otasuke_app;
"""
WALL_BACK = """
REVOKE UPDATE (text, read_in_part) ON incidents_deskmail FROM otasuke_app;
DROP POLICY reads ON incidents_mailboxfault; DROP POLICY adds ON incidents_mailboxfault;
DROP POLICY changes ON incidents_mailboxfault;
ALTER TABLE incidents_mailboxfault NO FORCE ROW LEVEL SECURITY;
ALTER TABLE incidents_mailboxfault DISABLE ROW LEVEL SECURITY;
"""
# Old carriers' addresses are written with quotes and without: both are the same address.
ADDRESS_FIRM = """
CREATE OR REPLACE FUNCTION sec.firm_of_address(programme bigint, written text)
RETURNS TABLE (tenant_id bigint) LANGUAGE sql STABLE SECURITY DEFINER 
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
SELECT min(firm) FROM (
  SELECT DISTINCT e.tenant_id AS firm FROM tenants_enrolment e JOIN tenants_organisation o ON o.id = e.tenant_id
   WHERE e.programme_id = programme
     AND (translate(lower(o.email), '"', '') = translate(lower(written), '"', '')
       OR EXISTS (SELECT 1 FROM tenants_membership m JOIN tenants_user u ON u.id = m.user_id
                   WHERE m.organisation_id = e.tenant_id AND m.valid @> statement_timestamp() AND u.is_active
                     AND translate(lower(u.email), '"', '') = translate(lower(written), '"', '')))) found
 HAVING count(*) = 1
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0084_files_are_checked_by_a_worker")]

    operations = [
        migrations.AddField(
            model_name="deskmail",
            name="text",
            field=models.TextField(db_default="", default="", verbose_name="本文"),
        ),
        migrations.AddField(
            model_name="deskmail", name="read_in_part", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.CreateModel(
            name="MailboxFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mailbox", models.CharField(max_length=254)),
                ("uid", models.CharField(blank=True, max_length=40)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("error", models.CharField(blank=True, max_length=200)),
                ("case_id", models.BigIntegerField(null=True)),
                ("over_at", models.DateTimeField(null=True)),
                (
                    "programme",
                    models.ForeignKey(on_delete=deletion.PROTECT, related_name="+", to="tenants.programme"),
                ),
            ],
            options={
                "verbose_name": "受信箱の故障",
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "mailbox", "uid"), name="mailbox_fault_once")
                ],
            },
        ),
        migrations.RunSQL(WALL, WALL_BACK),
        migrations.RunSQL(ADDRESS_FIRM, migrations.RunSQL.noop),
    ]
