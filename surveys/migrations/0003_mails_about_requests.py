"""Mails that ask a firm how it was name the request in columns."""

from django.db import migrations

from tenants.tenancy import rls

OF_REQUESTS = """
UPDATE notifications_outboxmessage SET about_type = 'feedbackrequest', about_id = split_part(key, ':', 2)::bigint
 WHERE kind = 'feedback' AND key ~ '^feedback:[0-9]+'
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_sql"), ("notifications", "0003_mails_say_what_they_are_about")]

    operations = [
        rls.rewrite_rows("notifications_outboxmessage", OF_REQUESTS, expect="any"),
    ]
