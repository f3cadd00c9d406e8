-- What was published is not rewritten: a change is a new row that takes its place.
CREATE OR REPLACE FUNCTION sec.article_kept()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  IF (old.title, old.answer, old.steps, old.signatures, old.families, old.words)
     IS DISTINCT FROM (new.title, new.answer, new.steps, new.signatures, new.families, new.words) THEN
    RAISE EXCEPTION 'a published article stays as it was read' USING ERRCODE = 'check_violation';
  END IF;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.article_kept OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.article_kept FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.article_kept TO otasuke_owner;
