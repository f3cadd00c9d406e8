"""Nobody holds a waiting mail back for longer than a lease or a pause that the platform itself would take."""

from django.db import migrations

CLAIM = """
CREATE OR REPLACE FUNCTION sec.claim_account_mail(lease interval)
 RETURNS TABLE(mail uuid, kind character varying, sealed text, attempts smallint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'sec', 'pg_temp'
AS $body$ 
UPDATE notifications_accountmail m SET lease_until = now() + least(lease, interval '1 hour'), attempts = m.attempts + 1
 WHERE m.id = (
   SELECT w.id FROM notifications_accountmail w
    WHERE w.state = 'waiting' AND w.due_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING m.id, m.kind, m.sealed, m.attempts
 $body$
"""
SETTLE = """
CREATE OR REPLACE FUNCTION sec.settle_account_mail(mail uuid, outcome text, reason text, pause interval)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'sec', 'pg_temp'
AS $body$ 
BEGIN
  IF outcome NOT IN ('sent', 'failed', 'waiting') THEN RAISE EXCEPTION 'unknown outcome %', outcome; END IF;
  UPDATE notifications_accountmail m
     SET state = outcome, lease_until = NULL, error = CASE WHEN outcome = 'sent' THEN '' ELSE left(reason, 300) END,
         sealed = CASE WHEN outcome = 'waiting' THEN m.sealed ELSE '' END,
         due_at = CASE WHEN outcome = 'waiting' THEN now() + least(pause, interval '1 day') ELSE m.due_at END,
         sent_at = CASE WHEN outcome = 'sent' THEN now() END
   WHERE m.id = mail AND m.state = 'waiting' AND m.attempts > 0;
  DELETE FROM notifications_accountmail m WHERE m.state <> 'waiting' AND m.created_at < now() - interval '90 days';
END
 $body$
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0034_batch_aside")]

    operations = [
        migrations.RunSQL(CLAIM, migrations.RunSQL.noop),
        migrations.RunSQL(SETTLE, migrations.RunSQL.noop),
    ]
