-- Rows are added, never changed.
ALTER TABLE tenants_auditevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_auditevent FORCE ROW LEVEL SECURITY;

CREATE POLICY own_failed_log_ins ON tenants_auditevent FOR SELECT
  USING (code = 'person.log_in_failed'
    AND subject = ('user:' || nullif(current_setting('otasuke.user', true), '')::bigint));
CREATE POLICY own_log_ins ON tenants_auditevent FOR SELECT
  USING (actor_id = nullif(current_setting('otasuke.user', true), '')::bigint AND code = 'person.logged_in');
CREATE POLICY reads ON tenants_auditevent FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]));
CREATE POLICY writes ON tenants_auditevent FOR INSERT
  WITH CHECK (tenant_id IS NULL
    OR tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'office', 'breakglass', 'job_offer', 'job', 'claim', 'outreach'))::bigint[]));

REVOKE ALL ON tenants_auditevent FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_auditevent TO otasuke_app;
REVOKE ALL ON tenants_auditevent FROM sec_definer;
GRANT SELECT, INSERT ON tenants_auditevent TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_auditevent_id_seq TO sec_definer;

CREATE TRIGGER stamp BEFORE INSERT ON tenants_auditevent FOR EACH ROW EXECUTE FUNCTION sec.audit_stamp();
