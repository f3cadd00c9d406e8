ALTER TABLE notifications_outboxmessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_outboxmessage FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON notifications_outboxmessage FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[]));
CREATE POLICY adds ON notifications_outboxmessage FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON notifications_outboxmessage FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON notifications_outboxmessage FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON notifications_outboxmessage TO otasuke_app;
REVOKE ALL ON notifications_outboxmessage FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON notifications_outboxmessage TO sec_definer;
GRANT USAGE ON SEQUENCE notifications_outboxmessage_id_seq TO sec_definer;
