ALTER TABLE sensors_suppression ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_suppression FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_suppression FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON sensors_suppression FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]));
CREATE POLICY changes ON sensors_suppression FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]));

REVOKE ALL ON sensors_suppression FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_suppression TO otasuke_app;
GRANT UPDATE (applied_at, ended_at, ended_by_id, hits, last_hit_at, ordered_version, problem) ON sensors_suppression
  TO otasuke_app;
