"""The application may add an account mail; two functions let the sender take one and settle it."""

from django.db import migrations

from tenants.tenancy import rls

RIGHTS = """
REVOKE ALL ON notifications_accountmail FROM otasuke_app;
GRANT INSERT ON notifications_accountmail TO otasuke_app;
GRANT DELETE ON notifications_accountmail TO sec_definer;
"""
RIGHTS_BACK = """
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_accountmail TO otasuke_app;
REVOKE DELETE ON notifications_accountmail FROM sec_definer;
"""

CLAIM = """
UPDATE notifications_accountmail m SET lease_until = now() + lease, attempts = m.attempts + 1
 WHERE m.id = (
   SELECT w.id FROM notifications_accountmail w
    WHERE w.state = 'waiting' AND w.due_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING m.id, m.kind, m.sealed, m.attempts
"""

# Only a mail that waits and was claimed changes. Old ones, empty for long, go on the way.
SETTLE = """
BEGIN
  IF outcome NOT IN ('sent', 'failed', 'waiting') THEN RAISE EXCEPTION 'unknown outcome %', outcome; END IF;
  UPDATE notifications_accountmail m
     SET state = outcome, lease_until = NULL, error = CASE WHEN outcome = 'sent' THEN '' ELSE reason END,
         sealed = CASE WHEN outcome = 'waiting' THEN m.sealed ELSE '' END,
         due_at = CASE WHEN outcome = 'waiting' THEN now() + pause ELSE m.due_at END,
         sent_at = CASE WHEN outcome = 'sent' THEN now() END
   WHERE m.id = mail AND m.state = 'waiting' AND m.attempts > 0;
  DELETE FROM notifications_accountmail m WHERE m.state <> 'waiting' AND m.created_at < now() - interval '90 days';
END
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_account_mail")]

    operations = [
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        rls.definer_function(
            "claim_account_mail(lease interval)",
            "TABLE (mail uuid, kind varchar, sealed text, attempts smallint)",
            CLAIM,
        ),
        rls.definer_function(
            "settle_account_mail(mail uuid, outcome text, reason text, pause interval)",
            "void",
            SETTLE,
            language="plpgsql",
        ),
    ]
