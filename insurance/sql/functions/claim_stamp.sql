-- A message of a claim carries who wrote it and when, whatever the application says.
CREATE OR REPLACE FUNCTION sec.claim_stamp()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  new.by_id := nullif(current_setting('otasuke.user', true), '')::bigint;
  new.organisation_id := nullif(current_setting('otasuke.organisation', true), '')::bigint;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.claim_stamp OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_stamp FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_stamp TO otasuke_owner;
