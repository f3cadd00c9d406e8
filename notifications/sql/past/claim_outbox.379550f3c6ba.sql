-- Leases due mails to the sender, those about incidents first.
CREATE OR REPLACE FUNCTION sec.claim_outbox(how_many integer, lease interval)
  RETURNS TABLE (tenant_id bigint, message_id bigint)
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
UPDATE notifications_outboxmessage m SET lease_until = now() + least(lease, interval '1 hour'),
  attempts = m.attempts + 1
 WHERE (m.tenant_id, m.id) IN (
   SELECT w.tenant_id, w.id FROM notifications_outboxmessage w
    WHERE w.state = 'waiting' AND w.carrier = 'mail' AND w.due_at <= now()
      AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.kind <> 'incident', w.due_at LIMIT least(greatest(how_many, 0), 1000) FOR UPDATE SKIP LOCKED)
RETURNING m.tenant_id, m.id
$body$;
ALTER FUNCTION sec.claim_outbox OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_outbox FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_outbox TO otasuke_app;
