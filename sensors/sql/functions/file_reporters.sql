-- How many firms of a programme reported a file: a file is stopped at all firms only on evidence.
CREATE OR REPLACE FUNCTION sec.file_reporters(programme bigint, hash text, since timestamptz)
  RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT count(DISTINCT r.tenant_id)::integer FROM sensors_filereport r
  JOIN tenants_enrolment e ON e.tenant_id = r.tenant_id AND e.programme_id = programme
   AND (e.contract_end IS NULL OR e.contract_end >= (statement_timestamp() AT TIME ZONE 'Asia/Tokyo')::date)
 WHERE r.sha256 = hash AND r.reported_at > since
$body$;
ALTER FUNCTION sec.file_reporters OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.file_reporters FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.file_reporters TO otasuke_app;
