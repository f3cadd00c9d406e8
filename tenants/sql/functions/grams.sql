-- Every `size` letters that stand beside each other in a text: what an index finds a part of a name or a number by.
-- Trigrams (pg_trgm) do not find 山田: most words of Japanese names have two letters.
CREATE OR REPLACE FUNCTION sec.grams(words text, size integer)
  RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce(array_agg(DISTINCT substr(words, n, size)), ARRAY[]::text[])
  FROM generate_series(1, length(words) - size + 1) AS n
$body$;
REVOKE ALL ON FUNCTION sec.grams FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.grams TO otasuke_app, sec_definer;
