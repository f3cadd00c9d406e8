-- Lists that were taken and are not through.
CREATE OR REPLACE FUNCTION sec.firm_lists_taken()
  RETURNS TABLE (list bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT l.id FROM tenants_firmlist l WHERE l.taken_at IS NOT NULL AND l.done < jsonb_array_length(l.rows) ORDER BY l.id
$body$;
ALTER FUNCTION sec.firm_lists_taken OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firm_lists_taken FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firm_lists_taken TO otasuke_app;
