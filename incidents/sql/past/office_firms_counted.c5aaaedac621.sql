-- How many firms sec.office_firms would give without an end, and how many of the acting office's firms let it see how
-- they are watched.
CREATE OR REPLACE FUNCTION sec.office_firms_counted(asked jsonb DEFAULT '[]', only_firms bigint[] DEFAULT NULL)
  RETURNS TABLE (every bigint, matches bigint, agreed bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH held AS (
  SELECT g.tenant_id FROM tenants_accessgrant g
   WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member', 'read_only'))
     AND g.capability = 'office' AND g.valid @> now()
)
SELECT (SELECT count(*) FROM held),
       (SELECT count(*) FROM held h JOIN tenants_organisation f ON f.id = h.tenant_id
         WHERE (only_firms IS NULL OR f.id = ANY (only_firms))
           AND NOT EXISTS (SELECT FROM jsonb_to_recordset(asked) AS a(words text, industries text[])
                 WHERE position(a.words IN f.search_name) = 0 AND position(a.words IN f.search_place) = 0
                   AND f.industry <> ALL (a.industries))),
       (SELECT count(*) FROM held h JOIN tenants_consent w ON w.tenant_id = h.tenant_id
         WHERE w.field_group = 'watching' AND w.revoked_at IS NULL)
$body$;
ALTER FUNCTION sec.office_firms_counted OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firms_counted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firms_counted TO otasuke_app;
