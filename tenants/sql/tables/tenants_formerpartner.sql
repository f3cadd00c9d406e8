-- Written by sec.partner_leave; read by the offices of the programmes.
ALTER TABLE tenants_formerpartner ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_formerpartner FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_formerpartner FOR SELECT
  USING (programme_id = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY registrar ON tenants_formerpartner TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_formerpartner FROM otasuke_app;
GRANT SELECT ON tenants_formerpartner TO otasuke_app;
REVOKE ALL ON tenants_formerpartner FROM sec_definer;
GRANT SELECT, INSERT ON tenants_formerpartner TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_formerpartner_id_seq TO sec_definer;
