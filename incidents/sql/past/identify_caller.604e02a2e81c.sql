-- A caller of no firm turns out to belong to one: with the cases they spoke about and whoever else spoke about those.
CREATE OR REPLACE FUNCTION sec.identify_caller(known bigint, firm bigint)
  RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  office bigint := (SELECT c.tenant_id FROM incidents_caller c WHERE c.id = known);
  callers bigint[] := ARRAY[known];
  cases bigint[] := ARRAY[]::bigint[];
  before integer := -1;
  highest integer;
BEGIN
  IF office IS NULL OR office <> ALL (sec.desk_offices('owner', 'member'))
     OR firm <> ALL (sec.writable_tenants('desk')) THEN
    RAISE EXCEPTION 'not the desk of both' USING ERRCODE = 'insufficient_privilege'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('incidents.number'), firm::integer);
  WHILE before <> cardinality(callers) + cardinality(cases) LOOP
    before := cardinality(callers) + cardinality(cases);
    cases := ARRAY(SELECT DISTINCT k.case_id FROM incidents_contact k WHERE k.tenant_id = office
                    AND k.caller_id = ANY (callers) AND k.case_id IS NOT NULL
                   UNION SELECT unnest(cases)
                   UNION SELECT x.id FROM incidents_case x WHERE x.merged_into_id = ANY (cases)
                   UNION SELECT x.merged_into_id FROM incidents_case x WHERE x.id = ANY (cases)
                     AND x.merged_into_id IS NOT NULL);
    callers := ARRAY(SELECT DISTINCT k.caller_id FROM incidents_contact k WHERE k.tenant_id = office
                      AND k.case_id = ANY (cases) AND k.caller_id IS NOT NULL
                     UNION SELECT unnest(callers)
                     UNION SELECT c.id FROM incidents_caller c WHERE c.merged_into_id = ANY (callers)
                     UNION SELECT c.merged_into_id FROM incidents_caller c WHERE c.id = ANY (callers)
                       AND c.merged_into_id IS NOT NULL);
  END LOOP;
  UPDATE incidents_contact SET tenant_id = firm
   WHERE tenant_id = office AND (caller_id = ANY (callers) OR case_id = ANY (cases));
  UPDATE incidents_caller SET tenant_id = firm WHERE id = ANY (callers);
  highest := coalesce((SELECT max(number) FROM incidents_case WHERE tenant_id = firm), 0);
  UPDATE incidents_case x SET tenant_id = firm, number = highest + y.place, version = x.version + 1
    FROM (SELECT id, row_number() OVER (ORDER BY opened_at, id) AS place FROM incidents_case
           WHERE id = ANY (cases)) y WHERE x.id = y.id;
  UPDATE incidents_caseevent SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_internalnote SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_customermessage SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_escalation SET tenant_id = firm WHERE tenant_id = office AND case_id = ANY (cases);
  UPDATE incidents_deskpresence SET tenant_id = firm
   WHERE tenant_id = office AND subject = 'case' AND subject_id = ANY (cases);
  RETURN cardinality(cases);
END
$body$;
ALTER FUNCTION sec.identify_caller OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.identify_caller FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.identify_caller TO otasuke_app;
