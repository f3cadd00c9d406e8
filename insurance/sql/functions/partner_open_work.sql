-- What a partner of a programme has not finished, for its office: a vendor's jobs, an insurer's claims, a desk's tasks.
-- The firm's name only where the firm lets the office see its incidents.
CREATE OR REPLACE FUNCTION sec.partner_open_work(of_programme bigint, partner bigint)
  RETURNS TABLE (kind text, firm text, number bigint, state text)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT w.kind,
       CASE WHEN EXISTS (SELECT 1 FROM sec.sight s WHERE s.tenant_id = w.tenant_id AND s.capability = 'office')
              AND EXISTS (SELECT 1 FROM tenants_consent c WHERE c.tenant_id = w.tenant_id
                AND c.field_group = 'incidents' AND c.revoked_at IS NULL)
            THEN o.name::text END,
       w.number, w.state
  FROM (
    SELECT 'job' AS kind, j.tenant_id, j.number::bigint AS number, j.state::text AS state FROM incidents_job j
     WHERE j.vendor_id = partner AND j.state NOT IN ('closed', 'cancelled')
    UNION ALL
    SELECT 'claim', c.tenant_id, c.number::bigint, c.state::text FROM insurance_claim c
     WHERE c.insurer_id = partner AND c.state NOT IN ('draft', 'paid', 'rejected', 'withdrawn')
    UNION ALL
    SELECT 'task', t.tenant_id, t.id, t.state::text FROM incidents_desktask t
     WHERE t.state = 'taken' AND EXISTS (SELECT 1 FROM tenants_membership m
       WHERE m.user_id = t.taken_by_id AND m.organisation_id = partner)
  ) w
  JOIN tenants_organisation o ON o.id = w.tenant_id
 WHERE of_programme = ANY (sec.programmes_run('owner', 'member', 'read_only'))
   AND EXISTS (SELECT 1 FROM tenants_programmepartner p
     WHERE p.programme_id = of_programme AND p.organisation_id = partner)
   AND EXISTS (SELECT 1 FROM tenants_enrolment e WHERE e.tenant_id = w.tenant_id AND e.programme_id = of_programme)
 ORDER BY 1, 2, 3
$body$;
ALTER FUNCTION sec.partner_open_work OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_open_work FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partner_open_work TO otasuke_app;
