-- Firms of a programme with a contact at this mail address, also one that was taken off: for mails that came back.
CREATE OR REPLACE FUNCTION sec.firms_of_contact(programme bigint, written text)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT c.tenant_id FROM notifications_noticecontact c
 WHERE c.carrier = 'mail' AND lower(c.address) = lower(written)
   AND EXISTS (SELECT FROM tenants_enrolment e WHERE e.tenant_id = c.tenant_id AND e.programme_id = programme)
 ORDER BY c.tenant_id LIMIT 100
$body$;
ALTER FUNCTION sec.firms_of_contact OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firms_of_contact FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firms_of_contact TO otasuke_app;
