-- How much work waits, and since when, over all firms: for the operator. Numbers and times, nothing of a firm.
CREATE OR REPLACE FUNCTION sec.waiting_work()
  RETURNS TABLE (kind text, how_many bigint, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT 'batch', count(*), min(b.received_at) FROM alerts_inboxbatch b WHERE b.processed_at IS NULL AND b.attempts < 8
UNION ALL
SELECT 'batch_aside', count(*), min(b.received_at) FROM alerts_inboxbatch b
 WHERE b.processed_at IS NULL AND b.attempts >= 8
UNION ALL
SELECT 'detection', count(*), min(g.last_at) FROM alerts_alertgroup g
 WHERE g.triaged_at IS NULL
   AND (g.notify = 'at_once' OR (g.function = 'av' AND g.direction = 'inbound' AND g.blocked_count < g.alert_count))
UNION ALL
SELECT 'mail', count(*), min(m.due_at) FROM notifications_outboxmessage m WHERE m.state = 'waiting'
  AND m.carrier = 'mail' AND m.due_at <= now()
UNION ALL
SELECT 'post', count(*), min(m.due_at) FROM notifications_outboxmessage m WHERE m.state = 'waiting'
  AND m.carrier <> 'mail' AND m.due_at <= now()
UNION ALL
SELECT 'account_mail', count(*), min(m.due_at) FROM notifications_accountmail m
 WHERE m.state = 'waiting' AND m.due_at <= now()
UNION ALL
SELECT 'desk_mail', count(*), min(m.taken_at) FROM incidents_deskmail m WHERE m.state = 'waiting'
UNION ALL
SELECT 'attention', count(*), min(a.opened_at) FROM notifications_attention a
 WHERE a.taken_at IS NULL AND a.closed_at IS NULL
UNION ALL
SELECT 'report', count(*), min(coalesce(r.not_before, r.created_at)) FROM reports_monthlyreport r
 WHERE r.state <> 'ready' AND (r.not_before IS NULL OR r.not_before <= now())
$body$;
ALTER FUNCTION sec.waiting_work OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.waiting_work FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.waiting_work TO otasuke_app;
