-- The firms of the acting office that fit a search, in order of name, `most` of them behind the first `behind`. `asked`:
-- words that must all stand in name, reading, place or industry, [{"words": as sec.search_fold writes them,
-- "industries": [codes]}]; `only_firms`: of these. Planned for each search anew: rare words are found by the index of
-- neighbouring letters, frequent ones by walking the names until there are enough.
CREATE OR REPLACE FUNCTION sec.office_firm_ids(asked jsonb, only_firms bigint[], behind integer, most integer)
  RETURNS TABLE (tenant_id bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 30
  SET search_path = pg_catalog, public, sec, pg_temp
  SET plan_cache_mode = force_custom_plan
AS $body$
DECLARE
  -- Of words that no industry's name holds: their neighbouring letters, and their patterns.
  letters text[] := ARRAY(
    SELECT unnest(sec.grams(a.words, 2)) FROM jsonb_to_recordset(asked) AS a(words text, industries text[])
     WHERE cardinality(a.industries) = 0);
  patterns text[] := ARRAY(
    SELECT '%' || replace(replace(replace(a.words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
      FROM jsonb_to_recordset(asked) AS a(words text, industries text[]) WHERE cardinality(a.industries) = 0);
  -- Of the longest of the other words.
  branch text;
  branches text[];
BEGIN
  SELECT a.words, a.industries INTO branch, branches
    FROM jsonb_to_recordset(asked) AS a(words text, industries text[])
   WHERE cardinality(a.industries) > 0 ORDER BY length(a.words) DESC LIMIT 1;
  RETURN QUERY
  SELECT f.id FROM tenants_organisation f
   WHERE f.kind = 'sme' AND (only_firms IS NULL OR f.id = ANY (only_firms))
     AND (cardinality(letters) = 0 OR sec.grams(f.search_name || ' ' || f.search_place, 2) @> letters)
     AND f.search_name || ' ' || f.search_place LIKE ALL (patterns)
     AND (branch IS NULL OR f.industry = ANY (branches)
       OR sec.grams(f.search_name || ' ' || f.search_place, 2) @> sec.grams(branch, 2))
     AND (branch IS NULL OR NOT EXISTS (SELECT FROM jsonb_to_recordset(asked) AS a(words text, industries text[])
           WHERE f.industry <> ALL (a.industries)
             AND position(a.words IN f.search_name || ' ' || f.search_place) = 0))
     AND EXISTS (SELECT FROM tenants_accessgrant g
           WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member', 'read_only'))
             AND g.tenant_id = f.id AND g.capability = 'office' AND g.valid @> now() OFFSET 0)
   ORDER BY f.name, f.id OFFSET behind LIMIT most;
END
$body$;
ALTER FUNCTION sec.office_firm_ids OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_firm_ids FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_firm_ids TO otasuke_app;
