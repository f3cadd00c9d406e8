-- Firms in sight whose name (two letters at least, without its legal form) or address (five at least) stands in `words`, a
-- text as sec.bare_words has it, at most so many. `heads`: the two, three and four letters at each place of the text;
-- `places`: the five to eight: a name is looked up by its first four letters, an address by its first eight, so the
-- question costs what the text is long, however many firms there are. A door, because behind the wall PostgreSQL may use
-- no index for it; joined in the only order in which it does.
CREATE OR REPLACE FUNCTION sec.firms_in_words(words text, heads text[], places text[], most integer)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
  SET enable_hashjoin = off
  SET enable_mergejoin = off
  SET enable_seqscan = off
AS $body$
SELECT f.id FROM (
  SELECT o.id FROM unnest(heads) AS h(head)
    JOIN tenants_organisation o ON o.kind = 'sme' AND left(sec.bare_name(o.name), 4) = h.head
   WHERE length(h.head) >= 2 AND position(sec.bare_name(o.name) IN words) > 0
  UNION
  SELECT o.id FROM unnest(places) AS p(place)
    JOIN tenants_organisation o ON o.kind = 'sme' AND left(sec.bare_words(o.address), 8) = p.place
   WHERE length(p.place) >= 5 AND position(sec.bare_words(o.address) IN words) > 0
) f
 WHERE f.id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = f.id
         AND s.capability IN ('watch', 'desk', 'office', 'breakglass') OFFSET 0)
 LIMIT least(most, 1000)
$body$;
ALTER FUNCTION sec.firms_in_words OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.firms_in_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.firms_in_words TO otasuke_app;
