-- How notices like a firm's ended at the firms of its programme: of its signature family where five firms had it, else of its
-- threat family where five had that, else nothing. Numbers of firms in fives; an outcome of fewer than five is left out. The
-- row without an outcome has all of them. Counted once a month, so nobody's own act shows in the difference of two looks.
CREATE OR REPLACE FUNCTION sec.outcomes_alike(firm bigint, family text, threat text)
  RETURNS TABLE (level text, month date, outcome text, firms integer)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
WITH cell AS (
  SELECT c.level::text AS level, c.month, c.outcome::text AS outcome, c.firms::integer AS firms,
         sum(c.firms) OVER (PARTITION BY c.level)::integer AS every
    FROM incidents_outcomecount c
   WHERE c.programme_id = (SELECT e.programme_id FROM tenants_enrolment e WHERE e.tenant_id = firm
           ORDER BY e.contract_start DESC, e.id DESC LIMIT 1)
     AND (c.level = 'family' AND c.key = left(family, 160) OR c.level = 'threat' AND c.key = threat)
     AND (firm = (SELECT sec.readable_firm()) OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = firm
       AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0))
), chosen AS (
  SELECT c.* FROM cell c WHERE c.level = (SELECT min(x.level) FROM cell x WHERE x.every >= 5)
)
SELECT c.level, c.month, c.outcome, (round(c.firms / 5.0) * 5)::integer FROM chosen c WHERE c.firms >= 5
UNION ALL
SELECT DISTINCT c.level, c.month, '', (round(c.every / 5.0) * 5)::integer FROM chosen c
$body$;
ALTER FUNCTION sec.outcomes_alike OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.outcomes_alike FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.outcomes_alike TO otasuke_app;
