-- The wall's question for partners: which firms the acting organisation may see, by its grants valid now. Policies ask
-- it row by row through the index access_grant_sight, so that a page costs what it shows and not what its reader could
-- see. OFFSET 0 in their EXISTS keeps PostgreSQL from reading all grants first (docs/decisions/0012).
CREATE OR REPLACE VIEW sec.sight WITH (security_barrier) AS
SELECT g.tenant_id, g.capability::text AS capability, g.subject_id
  FROM tenants_accessgrant g
 WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member', 'read_only', 'token'))
   AND g.valid @> now()
   AND (g.capability <> 'breakglass' OR nullif(current_setting('otasuke.token', true), '') IS NULL);
ALTER VIEW sec.sight OWNER TO sec_definer;
REVOKE ALL ON sec.sight FROM PUBLIC;
GRANT SELECT ON sec.sight TO otasuke_app, otasuke_owner;
