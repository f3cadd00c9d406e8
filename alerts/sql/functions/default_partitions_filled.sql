-- Whether rows fell into a partition meant for none.
CREATE OR REPLACE FUNCTION sec.default_partitions_filled()
  RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT EXISTS (SELECT 1 FROM alerts_alert_default) OR EXISTS (SELECT 1 FROM alerts_inboxbatch_default)
$body$;
ALTER FUNCTION sec.default_partitions_filled OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.default_partitions_filled FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.default_partitions_filled TO otasuke_app;
