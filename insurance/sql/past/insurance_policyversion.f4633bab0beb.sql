ALTER TABLE insurance_policyversion ENABLE ROW LEVEL SECURITY;
ALTER TABLE insurance_policyversion FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON insurance_policyversion FOR SELECT
  USING (true);
CREATE POLICY adds ON insurance_policyversion FOR INSERT TO otasuke_app
  WITH CHECK (EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
CREATE POLICY changes ON insurance_policyversion FOR UPDATE TO otasuke_app
  USING (EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
CREATE POLICY registrar ON insurance_policyversion TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON insurance_policyversion FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON insurance_policyversion TO otasuke_app;
