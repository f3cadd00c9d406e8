-- Lists of firms that an office reads from files. What was read is never changed; sec.firm_list_step goes through it.
ALTER TABLE tenants_firmlist ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_firmlist FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_firmlist FOR SELECT
  USING (programme_id = ANY ((SELECT sec.programmes_run('owner'))::bigint[]));
CREATE POLICY adds ON tenants_firmlist FOR INSERT TO otasuke_app
  WITH CHECK (programme_id = ANY ((SELECT sec.programmes_run('owner'))::bigint[])
    AND read_by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND taken_at IS NULL AND done = 0);
CREATE POLICY decides ON tenants_firmlist FOR UPDATE TO otasuke_app
  USING (programme_id = ANY ((SELECT sec.programmes_run('owner'))::bigint[])
    AND taken_at IS NULL AND dropped_at IS NULL)
  WITH CHECK (taken_at IS NULL OR taken_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY registrar ON tenants_firmlist TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_firmlist FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE (taken_at, taken_by_id, invites, dropped_at) ON tenants_firmlist TO otasuke_app;
REVOKE ALL ON tenants_firmlist FROM sec_definer;
GRANT SELECT, UPDATE (done, made) ON tenants_firmlist TO sec_definer;
