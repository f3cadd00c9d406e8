ALTER TABLE tenants_programmepartner ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_programmepartner FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_programmepartner FOR SELECT
  USING (true);
CREATE POLICY adds ON tenants_programmepartner FOR INSERT TO otasuke_app
  WITH CHECK (EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
CREATE POLICY changes ON tenants_programmepartner FOR UPDATE TO otasuke_app
  USING (EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
CREATE POLICY registrar ON tenants_programmepartner TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_programmepartner FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON tenants_programmepartner TO otasuke_app;
