-- Report and invoice of a finished job stay with the vendor that wrote them, when its sight of the firm has ended.
CREATE OR REPLACE FUNCTION sec.own_paper(job bigint)
  RETURNS TABLE (report jsonb, mark jsonb, invoice jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT to_jsonb(r), to_jsonb(s), to_jsonb(v)
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
  LEFT JOIN incidents_signoff s ON s.tenant_id = r.tenant_id AND s.report_id = r.id
 WHERE j.state IN ('signed', 'closed') AND r.entered_at > statement_timestamp() - interval '10 years' AND j.id = job
$body$;
ALTER FUNCTION sec.own_paper OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.own_paper FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.own_paper TO otasuke_app;
