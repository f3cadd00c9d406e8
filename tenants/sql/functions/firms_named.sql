-- Firms in sight whose name or reading contains these words (as sec.search_fold writes them), at most so many. A door,
-- because behind the wall PostgreSQL may use no index for a part of a word.
CREATE OR REPLACE FUNCTION sec.firms_named(words text, most integer)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
  SET plan_cache_mode = force_custom_plan
AS $body$
DECLARE
  pattern text := '%' || replace(replace(replace(words, '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
  RETURN QUERY
  SELECT o.id FROM tenants_organisation o
   WHERE sec.grams(o.search_name, 2) @> sec.grams(words, 2) AND o.search_name LIKE pattern
     AND (o.id = (SELECT sec.readable_firm())
       OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = o.id
            AND s.capability IN ('watch', 'desk', 'office', 'breakglass') OFFSET 0))
   LIMIT least(most, 1000);
END
$body$;
ALTER FUNCTION sec.firms_named OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firms_named FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firms_named TO otasuke_app;
