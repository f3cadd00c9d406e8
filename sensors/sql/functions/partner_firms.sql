-- The firms a partner is to see by its part in a programme: under contract today, and of a SOC those of its prefectures.
-- `open`: it holds the grant, or held it since it joined and somebody ended it. `agreed`: the firm agreed that its traffic
-- is inspected, without which no SOC is let in afterwards. Asked by sec's own functions only.
CREATE OR REPLACE FUNCTION sec.partner_firms(of_programme bigint, partner bigint)
  RETURNS TABLE (tenant bigint, capability text, open boolean, agreed boolean)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT e.tenant_id, k.capability,
       EXISTS (SELECT 1 FROM tenants_accessgrant g WHERE g.grantee_id = partner AND g.tenant_id = e.tenant_id
         AND g.capability = k.capability AND (g.valid @> now() OR lower(g.valid) >= p.joined_at)),
       o.kind <> 'soc' OR EXISTS (SELECT 1 FROM sensors_inspectionconsent c
         WHERE c.tenant_id = e.tenant_id AND c.ended_at IS NULL)
  FROM tenants_programmepartner p
  JOIN tenants_organisation o ON o.id = p.organisation_id
  JOIN (VALUES ('soc', 'watch'), ('call_centre', 'desk')) k (kind, capability) ON k.kind = o.kind
  -- A contract that was made anew has two rows.
  JOIN LATERAL (SELECT DISTINCT n.tenant_id FROM tenants_enrolment n WHERE n.programme_id = p.programme_id
    AND coalesce(n.contract_end, 'infinity') >= (now() AT TIME ZONE 'Asia/Tokyo')::date) e ON true
  JOIN tenants_organisation f ON f.id = e.tenant_id AND (p.prefectures = '{}' OR f.prefecture = ANY (p.prefectures))
 WHERE p.programme_id = of_programme AND p.organisation_id = partner
$body$;
ALTER FUNCTION sec.partner_firms OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_firms FROM PUBLIC;
