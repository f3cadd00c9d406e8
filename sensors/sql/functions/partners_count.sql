-- Count the firms of partners that were not counted for an hour, or not since firms were opened to them. → partners.
CREATE OR REPLACE FUNCTION sec.partners_count(at timestamptz)
  RETURNS bigint
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH counted AS (
  INSERT INTO tenants_partnercount (partner_id, firms_open, firms_next, firms_unagreed, counted_at)
  SELECT p.id, n.firms_open, n.firms_next, n.firms_unagreed, at
    FROM tenants_programmepartner p
   CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE f.open) AS firms_open,
       count(*) FILTER (WHERE f.agreed AND NOT f.open) AS firms_next,
       count(*) FILTER (WHERE NOT f.agreed AND NOT f.open) AS firms_unagreed
     FROM sec.partner_firms(p.programme_id, p.organisation_id) f) n
   WHERE NOT EXISTS (SELECT FROM tenants_partnercount c WHERE c.partner_id = p.id AND c.counted_at > at - interval '1 hour')
  ON CONFLICT (partner_id) DO UPDATE SET firms_open = excluded.firms_open, firms_next = excluded.firms_next,
    firms_unagreed = excluded.firms_unagreed, counted_at = excluded.counted_at
  RETURNING partner_id
)
SELECT count(*) FROM counted
$body$;
ALTER FUNCTION sec.partners_count OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partners_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partners_count TO otasuke_app;
