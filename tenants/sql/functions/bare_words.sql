-- Words as they are compared with a text without spaces: folded (sec.search_fold), without space, one kind of dash.
-- incidents.knowledge.rules.bare does the same.
CREATE OR REPLACE FUNCTION sec.bare_words(words text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $body$
SELECT regexp_replace(regexp_replace(sec.search_fold(words), '\s+', '', 'g'), '[‐‑‒–—―−ー]', '-', 'g')
$body$;
REVOKE ALL ON FUNCTION sec.bare_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.bare_words TO otasuke_app, sec_definer;
