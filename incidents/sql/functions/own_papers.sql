-- The finished jobs whose report and invoice the acting vendor wrote (sec.own_paper gives one).
CREATE OR REPLACE FUNCTION sec.own_papers()
  RETURNS TABLE (
    job_id bigint, job_number integer, kind text, firm text, reported_at timestamptz, closed_at timestamptz,
    invoice_number text, total_yen integer, invoice_state text
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT j.id, j.number, j.kind::text, coalesce(r.content ->> 'firm', '')::text, r.entered_at, j.closed_at,
       v.number::text, v.total_yen, v.state::text
  FROM incidents_job j
  JOIN tenants_membership m ON m.organisation_id = j.vendor_id
    AND m.user_id = nullif(current_setting('otasuke.user', true), '')::bigint
       AND m.organisation_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
         AND m.valid @> statement_timestamp()
  JOIN LATERAL (SELECT x.* FROM incidents_jobreport x WHERE x.tenant_id = j.tenant_id AND x.job_id = j.id
                 ORDER BY x.version DESC LIMIT 1) r ON true
  LEFT JOIN LATERAL (SELECT x.* FROM incidents_invoice x WHERE x.tenant_id = j.tenant_id AND x.job_id = j.id
                      AND x.vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
                        AND x.state <> 'void' ORDER BY x.id DESC LIMIT 1) v ON true
                        WHERE j.state IN ('signed', 'closed')
                        AND r.entered_at > statement_timestamp() - interval '10 years'
                        ORDER BY r.entered_at DESC, j.id DESC
$body$;
ALTER FUNCTION sec.own_papers OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.own_papers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.own_papers TO otasuke_app;
