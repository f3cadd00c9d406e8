-- What vendors reported about the incident that a group of detections belongs to: by job, how many finds were harmful, how
-- many harmless, how many scans found nothing. Machines, names and notes stay in the sheet, which the SOC does not read.
CREATE OR REPLACE FUNCTION sec.vendor_verdicts(firm bigint, detection bigint)
  RETURNS TABLE (number integer, at timestamptz, harmful integer, harmless integer, clean integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT j.number, j.reported_at,
       (count(*) FILTER (WHERE r.kind = 'finding' AND r.data ->> 'done' <> 'harmless'))::integer,
       (count(*) FILTER (WHERE r.kind = 'finding' AND r.data ->> 'done' = 'harmless'))::integer,
       (count(*) FILTER (WHERE r.kind = 'scan' AND r.data ->> 'found' = '0'))::integer
  FROM incidents_incidentgroup x
  JOIN incidents_job j ON j.tenant_id = x.tenant_id AND j.incident_id = x.incident_id AND j.reported_at IS NOT NULL
  JOIN incidents_sheetrecord r ON r.tenant_id = j.tenant_id AND r.job_id = j.id AND NOT r.void
 WHERE x.tenant_id = firm AND x.group_id = detection
   AND NOT EXISTS (SELECT FROM incidents_sheetrecord c WHERE c.tenant_id = r.tenant_id AND c.corrects_id = r.id)
   AND (firm = (SELECT sec.readable_firm()) OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = firm
     AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0))
 GROUP BY 1, 2
HAVING count(*) FILTER (WHERE r.kind IN ('finding', 'scan')) > 0
 ORDER BY 2 DESC
$body$;
ALTER FUNCTION sec.vendor_verdicts OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.vendor_verdicts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.vendor_verdicts TO otasuke_app;
