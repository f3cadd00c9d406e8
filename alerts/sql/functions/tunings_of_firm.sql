-- Changes of grading that hold for a firm, or did within 90 days, for whoever reads its alerts: what they are about, what
-- they do, why, since and until when. Nothing of how they were tried, of who agreed, or of other firms.
CREATE OR REPLACE FUNCTION sec.tunings_of_firm(firm bigint)
  RETURNS TABLE (id bigint, everywhere boolean, signature_id bigint, signature text, direction text, device text,
    destination text, grade smallint, basis text, reason text, since timestamptz, until timestamptz, ended boolean)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT t.id, t.firm_id IS NULL, t.signature_id, t.signature::text, t.direction::text, t.device::text,
       t.destination::text, t.grade, t.basis::text, t.reason::text, t.decided_at,
       coalesce(t.ended_at, t.expires_at), t.state <> 'in_force' OR t.expires_at <= now()
  FROM alerts_tuning t
 WHERE t.state IN ('in_force', 'expired', 'rolled_back')
   AND coalesce(t.ended_at, t.expires_at) > now() - interval '90 days'
   AND (t.firm_id = firm OR t.firm_id IS NULL
     AND t.programme_id IN (SELECT e.programme_id FROM tenants_enrolment e WHERE e.tenant_id = firm))
   AND (firm = (SELECT sec.readable_firm()) OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = firm
     AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0))
 ORDER BY t.id DESC LIMIT 200
$body$;
ALTER FUNCTION sec.tunings_of_firm OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.tunings_of_firm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.tunings_of_firm TO otasuke_app;
