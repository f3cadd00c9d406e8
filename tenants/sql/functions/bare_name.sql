-- A firm's name as people write it in a text: without its legal form, as sec.bare_words has it.
-- incidents.knowledge.rules.bare_name does the same.
CREATE OR REPLACE FUNCTION sec.bare_name(name text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $body$
SELECT sec.bare_words(regexp_replace(normalize(name, NFKC),
  '株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|医療法人|\(株\)|\(有\)', '', 'g'))
$body$;
REVOKE ALL ON FUNCTION sec.bare_name FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.bare_name TO otasuke_app, sec_definer;
