-- Firms in sight in whose telephone field these figures (four at least) stand beside each other, at most so many, with
-- that field.
CREATE OR REPLACE FUNCTION sec.firms_numbered(figures text, most integer)
  RETURNS TABLE (tenant_id bigint, phone text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
  SET plan_cache_mode = force_custom_plan
AS $body$
BEGIN
  RETURN QUERY
  SELECT o.id, o.phone::text FROM tenants_organisation o
   WHERE length(figures) >= 4
     AND sec.grams(o.phone_digits, 4) @> sec.grams(figures, 4) AND o.phone_digits LIKE '%' || figures || '%'
     AND (o.id = (SELECT sec.readable_firm())
       OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = o.id
            AND s.capability IN ('watch', 'desk', 'office', 'breakglass') OFFSET 0))
   LIMIT least(most, 1000);
END
$body$;
ALTER FUNCTION sec.firms_numbered OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firms_numbered FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firms_numbered TO otasuke_app;
