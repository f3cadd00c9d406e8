-- Invitations whose mail did not arrive. The mail's key is made from the invitation's hash
-- (tenants.accounts.invitations).
CREATE OR REPLACE FUNCTION sec.undelivered_invitations()
  RETURNS TABLE (invitation_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT i.id FROM tenants_invitation i
  JOIN notifications_outboxmessage m
    ON m.tenant_id = i.organisation_id AND m.key = 'invitation:' || left(encode(i.token_hash, 'hex'), 24)
 WHERE i.organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[]) AND m.state = 'failed'
$body$;
ALTER FUNCTION sec.undelivered_invitations OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.undelivered_invitations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.undelivered_invitations TO otasuke_app;
