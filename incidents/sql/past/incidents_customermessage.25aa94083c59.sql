-- What a firm's own people write: what they say, and that they want to be called.
ALTER TABLE incidents_customermessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_customermessage FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_customermessage FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_customermessage FOR INSERT
  WITH CHECK ((tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
        OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))
      AND NOT from_firm
    OR tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY says ON incidents_customermessage FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[])
    AND from_firm
    AND author_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY changes ON incidents_customermessage FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_customermessage FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_customermessage TO otasuke_app;
