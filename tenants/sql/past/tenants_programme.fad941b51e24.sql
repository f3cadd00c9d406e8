ALTER TABLE tenants_programme ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_programme FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_programme FOR SELECT
  USING (true);
CREATE POLICY adds ON tenants_programme FOR INSERT TO otasuke_app
  WITH CHECK (EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
CREATE POLICY changes ON tenants_programme FOR UPDATE TO otasuke_app
  USING (EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
CREATE POLICY registrar ON tenants_programme TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_programme FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON tenants_programme TO otasuke_app;
