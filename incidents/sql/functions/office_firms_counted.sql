-- How many firms the acting office has, how many of them sec.office_firms would give, and how many let the office see how
-- they are watched. Nothing is counted beyond `most`; of an office of so many firms the last number is not counted.
CREATE OR REPLACE FUNCTION sec.office_firms_counted(asked jsonb, only_firms bigint[], most integer)
  RETURNS TABLE (every bigint, matches bigint, agreed bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH held AS MATERIALIZED (
  SELECT g.tenant_id FROM tenants_accessgrant g
   WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member', 'read_only'))
     AND g.capability = 'office' AND g.valid @> now()
   LIMIT most
), counted AS MATERIALIZED (
  SELECT count(*) AS firms FROM held
)
SELECT n.firms,
       CASE WHEN asked = '[]' AND only_firms IS NULL THEN n.firms
         ELSE (SELECT count(*) FROM sec.office_firm_ids(asked, only_firms, 0, most)) END,
       CASE WHEN n.firms < most THEN (SELECT count(*) FROM held h JOIN tenants_consent w ON w.tenant_id = h.tenant_id
         WHERE w.field_group = 'watching' AND w.revoked_at IS NULL) END
  FROM counted n
$body$;
ALTER FUNCTION sec.office_firms_counted OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firms_counted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firms_counted TO otasuke_app;
