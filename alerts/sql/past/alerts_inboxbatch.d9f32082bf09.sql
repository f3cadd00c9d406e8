-- Rows are reached through the parent only: a partition has no row-level security of its own.
ALTER TABLE alerts_inboxbatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_inboxbatch FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_inboxbatch FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON alerts_inboxbatch FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON alerts_inboxbatch FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON alerts_inboxbatch FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_inboxbatch TO otasuke_app;
REVOKE ALL ON alerts_inboxbatch_default FROM otasuke_app;
REVOKE ALL ON alerts_inboxbatch_default FROM sec_definer;
GRANT SELECT ON alerts_inboxbatch_default TO sec_definer;
