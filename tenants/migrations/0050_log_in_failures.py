"""Failed log-ins for the person they aimed at, in numbers for owners; invitations whose mail did not arrive."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"

OWN = f"""
CREATE POLICY own_failed_log_ins ON tenants_auditevent FOR SELECT
  USING (code = 'person.log_in_failed' AND subject = 'user:' || {USER});
CREATE INDEX audit_failed_log_ins ON tenants_auditevent (subject, at DESC) WHERE code = 'person.log_in_failed';
"""
OWN_BACK = "DROP INDEX audit_failed_log_ins; DROP POLICY own_failed_log_ins ON tenants_auditevent;"

FAILURES = """
SELECT m.user_id, count(*), max(a.at)
  FROM tenants_membership m
  JOIN tenants_auditevent a ON a.code = 'person.log_in_failed' AND a.subject = 'user:' || m.user_id
 WHERE m.organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]) AND m.valid @> now()
   AND a.at > now() - least(since, interval '31 days')
 GROUP BY m.user_id
"""

# The mail's key is made from the invitation's hash (tenants.accounts.invitations).
UNDELIVERED = """
SELECT i.id FROM tenants_invitation i
  JOIN notifications_outboxmessage m
    ON m.tenant_id = i.organisation_id AND m.key = 'invitation:' || left(encode(i.token_hash, 'hex'), 24)
 WHERE i.organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]) AND m.state = 'failed'
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0042_programmes_are_registry"), ("notifications", "0004_urgent_first")]

    operations = [
        migrations.RunSQL(OWN, OWN_BACK),
        rls.definer_function(
            "member_log_in_failures(since interval)",
            "TABLE (user_id bigint, failures bigint, last_at timestamptz)",
            FAILURES,
            volatility="STABLE",
        ),
        rls.definer_function(
            "undelivered_invitations()", "TABLE (invitation_id bigint)", UNDELIVERED, volatility="STABLE"
        ),
    ]
