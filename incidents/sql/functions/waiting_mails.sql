-- Mails that are no contact yet come before files that wait for the scanner, and small mails before large ones: what a
-- stranger makes costly is large, and a person's cry for help is not.
CREATE OR REPLACE FUNCTION sec.waiting_mails()
  RETURNS TABLE (programme_id bigint, mail_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT m.programme_id, m.id FROM incidents_deskmail m
 WHERE m.state = 'waiting'
    OR EXISTS (SELECT 1 FROM incidents_mailfile f WHERE f.mail_id = m.id AND f.verdict = 'waiting')
 ORDER BY m.state <> 'waiting', m.size > 100000, m.id LIMIT 500
$body$;
ALTER FUNCTION sec.waiting_mails OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.waiting_mails FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.waiting_mails TO otasuke_app;
