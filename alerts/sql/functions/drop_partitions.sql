-- Only whole months go, and never one that ended after `before`.
CREATE OR REPLACE FUNCTION sec.drop_partitions(before date)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
AS $body$
DECLARE child text; dropped integer := 0;
BEGIN
  IF before > current_date - 30 THEN RAISE EXCEPTION 'records of the last 30 days are kept'; END IF;
  FOR child IN
    SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
     WHERE i.inhparent IN ('public.alerts_alert'::regclass, 'public.alerts_inboxbatch'::regclass)
       AND c.relname ~ '_[0-9]{6}$'
       AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
  LOOP
    EXECUTE format('DROP TABLE public.%I', child);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$body$;
REVOKE ALL ON FUNCTION sec.drop_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.drop_partitions TO otasuke_maintenance;
