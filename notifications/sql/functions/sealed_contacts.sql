-- Contacts that keep something sealed, for the command that seals it anew.
CREATE OR REPLACE FUNCTION sec.sealed_contacts()
  RETURNS TABLE (tenant_id bigint, contact_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT c.tenant_id, c.id FROM notifications_noticecontact c WHERE c.secrets <> '' ORDER BY c.tenant_id, c.id
$body$;
ALTER FUNCTION sec.sealed_contacts OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.sealed_contacts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.sealed_contacts TO otasuke_app;
