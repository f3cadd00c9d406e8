"""Mails about claims and referrals name them in columns."""

from django.db import migrations

from tenants.tenancy import rls

OF_CLAIMS = """
UPDATE notifications_outboxmessage m SET about_type = 'claim', about_id = c.id FROM insurance_claim c
 WHERE m.kind = 'claim' AND c.tenant_id = m.tenant_id AND c.number::text = split_part(m.key, ':', 2)
"""
OF_REFERRALS = """
UPDATE notifications_outboxmessage SET about_type = 'referral', about_id = split_part(key, ':', 2)::bigint
 WHERE kind = 'referral' AND key ~ '^referral:[0-9]+$'
"""


class Migration(migrations.Migration):
    dependencies = [("insurance", "0002_sql"), ("notifications", "0003_mails_say_what_they_are_about")]

    operations = [
        rls.rewrite_rows("notifications_outboxmessage", OF_CLAIMS, expect="any", reads=["insurance_claim"]),
        rls.rewrite_rows("notifications_outboxmessage", OF_REFERRALS, expect="any"),
    ]
