-- Messages of the desk whose mail is not in the outbox yet.
CREATE OR REPLACE FUNCTION sec.untold_messages()
  RETURNS TABLE (tenant_id bigint, message_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT m.tenant_id, m.id FROM incidents_customermessage m JOIN tenants_organisation o ON o.id = m.tenant_id
 WHERE NOT m.from_firm AND m.told_at IS NULL AND o.kind = 'sme'
$body$;
ALTER FUNCTION sec.untold_messages OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.untold_messages FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.untold_messages TO otasuke_app;
