-- Whether a reason is words. The same rule as base.reasons: NFKC, small, letters only; the four letters taken out show
-- nothing.
CREATE OR REPLACE FUNCTION sec.says_something(words text, letters integer, kinds integer)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT length(found) >= letters
       AND (SELECT count(DISTINCT one) FROM regexp_split_to_table(found, '') one) >= kinds
  FROM (SELECT translate(
          regexp_replace(lower(normalize(coalesce(words, ''), NFKC)) COLLATE "und-x-icu", '[^[:alpha:]]', '', 'g'),
          U&'\115F\1160\3164\FFA0', '') AS found) x
$body$;
REVOKE ALL ON FUNCTION sec.says_something FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.says_something TO sec_definer;
