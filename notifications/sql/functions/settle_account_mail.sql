-- Only a mail that waits and was claimed changes. Old ones, empty for long, go on the way.
CREATE OR REPLACE FUNCTION sec.settle_account_mail(mail uuid, outcome text, reason text, pause interval)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
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
$body$;
ALTER FUNCTION sec.settle_account_mail OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.settle_account_mail FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.settle_account_mail TO otasuke_app;
