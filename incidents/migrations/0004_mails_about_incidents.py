"""Mails of this room name the row they are about in columns; a warning's mail is found by them."""

from django.db import migrations

from base.sql_files import SqlFile
from tenants.tenancy import rls

OF_INCIDENTS = """
UPDATE notifications_outboxmessage m SET about_type = 'incident', about_id = i.id FROM incidents_incident i
 WHERE m.kind IN ('incident', 'breach') AND i.tenant_id = m.tenant_id AND i.number::text = split_part(m.key, ':', 2)
"""
# In the outbox of its firm a job's key has the job's number, in a vendor's its id.
OF_JOBS = """
UPDATE notifications_outboxmessage m SET about_type = 'job', about_id = coalesce(
       (SELECT j.id FROM incidents_job j WHERE j.tenant_id = m.tenant_id AND j.number::text = split_part(m.key, ':', 2)),
       split_part(m.key, ':', 2)::bigint)
 WHERE m.kind = 'job' AND m.key ~ '^job:[0-9]+:'
"""
OF_OTHERS = """
UPDATE notifications_outboxmessage m SET about_id = split_part(m.key, ':', 2)::bigint,
       about_type = CASE m.kind WHEN 'case_message' THEN 'customermessage' ELSE 'earlywarning' END
 WHERE m.kind IN ('case_message', 'early_warning') AND m.key ~ '^[a-z_]+:[0-9]+$'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0003_groups_in_no_digest"),
        ("notifications", "0003_mails_say_what_they_are_about"),
    ]

    operations = [
        rls.rewrite_rows("notifications_outboxmessage", OF_INCIDENTS, expect="any", reads=["incidents_incident"]),
        rls.rewrite_rows("notifications_outboxmessage", OF_JOBS, expect="any", reads=["incidents_job"]),
        rls.rewrite_rows("notifications_outboxmessage", OF_OTHERS, expect="any"),
        SqlFile("functions/unwarned_firms", sha256="9bca46b196c6", was="e75300af39c2"),
    ]
