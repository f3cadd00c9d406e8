-- Leases due messages that go by HTTP to the sender: about incidents first, then what was not tried yet, so that an
-- address that lets every try run into its time limit stands behind the others.
CREATE OR REPLACE FUNCTION sec.claim_posts(how_many integer, lease interval)
  RETURNS TABLE (tenant_id bigint, message_id bigint)
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
UPDATE notifications_outboxmessage m SET lease_until = now() + least(lease, interval '1 hour'),
  attempts = m.attempts + 1
 WHERE (m.tenant_id, m.id) IN (
   SELECT w.tenant_id, w.id FROM notifications_outboxmessage w
    WHERE w.state = 'waiting' AND w.carrier <> 'mail' AND w.due_at <= now()
      AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.kind <> 'incident', w.attempts > 0, w.due_at LIMIT least(greatest(how_many, 0), 1000)
      FOR UPDATE SKIP LOCKED)
RETURNING m.tenant_id, m.id
$body$;
ALTER FUNCTION sec.claim_posts OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_posts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_posts TO otasuke_app;
