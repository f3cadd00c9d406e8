-- An owner of the office says that the partner may see firms; their grants follow in steps (sec.partner_grant).
CREATE OR REPLACE FUNCTION sec.partner_confirm(programme bigint, partner bigint)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  UPDATE tenants_programmepartner p SET confirmed_at = now()
   WHERE p.programme_id = programme AND p.organisation_id = partner AND p.confirmed_at IS NULL
     AND programme = ANY (sec.programmes_run('owner'));
  RETURN FOUND;
END
$body$;
ALTER FUNCTION sec.partner_confirm OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_confirm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partner_confirm TO otasuke_app;
