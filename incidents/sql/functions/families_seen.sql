-- Signature families that were ★★ or more in the twelve months before `first`, each with the signature, class and function
-- of its newest notice, by which its threat family is known. No firm.
CREATE OR REPLACE FUNCTION sec.families_seen(first date)
  RETURNS TABLE (family text, signature text, category text, function text)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT DISTINCT ON (g.family) g.family::text, g.signature::text, g.category::text, g.function::text
  FROM alerts_alertgroup g
 WHERE g.grade >= 2 AND g.hour < first::timestamp AT TIME ZONE 'Asia/Tokyo'
   AND g.hour >= (first - interval '12 months') AT TIME ZONE 'Asia/Tokyo'
 ORDER BY g.family, g.last_at DESC
$body$;
ALTER FUNCTION sec.families_seen OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.families_seen FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.families_seen TO otasuke_app;
