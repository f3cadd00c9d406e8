-- Proposals that were not tried on the past yet, and in whose sight that is done.
CREATE OR REPLACE FUNCTION sec.tunings_untried()
  RETURNS TABLE (tuning_id bigint, user_id bigint, organisation_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT t.id, t.proposed_by_id, t.organisation_id FROM alerts_tuning t WHERE t.state = 'proposed' ORDER BY t.id LIMIT 1000
$body$;
ALTER FUNCTION sec.tunings_untried OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.tunings_untried FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.tunings_untried TO otasuke_app;
