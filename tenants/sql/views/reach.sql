-- As sight, but for people who may only read, and for tokens, it is empty: the firms about which the acting organisation
-- may write.
CREATE OR REPLACE VIEW sec.reach WITH (security_barrier) AS
SELECT g.tenant_id, g.capability::text AS capability, g.subject_id
  FROM tenants_accessgrant g
 WHERE g.grantee_id = (SELECT sec.acting_organisation('owner', 'member'))
   AND g.valid @> now();
ALTER VIEW sec.reach OWNER TO sec_definer;
REVOKE ALL ON sec.reach FROM PUBLIC;
GRANT SELECT ON sec.reach TO otasuke_app, otasuke_owner;
