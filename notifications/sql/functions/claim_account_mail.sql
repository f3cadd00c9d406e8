-- Leases the next mail about a person's own account to the sender.
CREATE OR REPLACE FUNCTION sec.claim_account_mail(lease interval)
  RETURNS TABLE (mail uuid, kind varchar, sealed text, attempts smallint)
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
UPDATE notifications_accountmail m SET lease_until = now() + least(lease, interval '1 hour'), attempts = m.attempts + 1
 WHERE m.id = (
   SELECT w.id FROM notifications_accountmail w
    WHERE w.state = 'waiting' AND w.due_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING m.id, m.kind, m.sealed, m.attempts
$body$;
ALTER FUNCTION sec.claim_account_mail OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_account_mail FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_account_mail TO otasuke_app;
