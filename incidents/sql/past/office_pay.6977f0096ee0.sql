-- What vendors billed in a programme, in numbers, for its office.
CREATE OR REPLACE FUNCTION sec.office_pay(programme bigint, since timestamptz, until timestamptz)
  RETURNS TABLE (vendor text, invoices integer, minutes integer, yen bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT o.name::text, count(*)::integer, sum(v.minutes)::integer, sum(v.total_yen)::bigint
  FROM incidents_invoice v JOIN tenants_organisation o ON o.id = v.vendor_id
 WHERE
  programme = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[])
  AND (SELECT count(DISTINCT e.tenant_id) FROM tenants_enrolment e WHERE e.programme_id = programme) >= 5
    AND v.tenant_id IN (SELECT e.tenant_id FROM tenants_enrolment e WHERE e.programme_id = programme
   UNION SELECT p.office_id FROM tenants_programme p WHERE p.id = programme) AND v.state <> 'void'
     AND v.issued_at >= since AND v.issued_at < until
 GROUP BY o.id, o.name ORDER BY 4 DESC, 1
$body$;
ALTER FUNCTION sec.office_pay OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.office_pay FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.office_pay TO otasuke_app;
