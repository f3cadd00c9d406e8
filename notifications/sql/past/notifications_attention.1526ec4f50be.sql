ALTER TABLE notifications_attention ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_attention FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON notifications_attention FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON notifications_attention FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY calls ON notifications_attention FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[])
    AND kind = 'call_me'
    AND closed_at IS NULL
    AND taken_at IS NULL);
CREATE POLICY changes ON notifications_attention FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON notifications_attention FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON notifications_attention TO otasuke_app;
