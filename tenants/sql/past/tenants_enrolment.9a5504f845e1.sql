-- Registry: rows that open a firm to somebody are written by functions of sec and by the owner's connection only.
ALTER TABLE tenants_enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_enrolment FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_enrolment FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'office', 'breakglass'))::bigint[]));
CREATE POLICY registrar ON tenants_enrolment TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_enrolment FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON tenants_enrolment TO otasuke_app;
REVOKE ALL ON tenants_enrolment FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON tenants_enrolment TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_enrolment_id_seq TO sec_definer;
