ALTER TABLE sensors_activationcode ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_activationcode FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_activationcode FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY adds ON sensors_activationcode FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));
CREATE POLICY changes ON sensors_activationcode FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch', 'desk'))::bigint[]));

REVOKE ALL ON sensors_activationcode FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_activationcode TO otasuke_app;
