ALTER TABLE tenants_application ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_application FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_application FOR SELECT
  USING (programme_id = ANY ((SELECT sec.programmes_run('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY applies ON tenants_application FOR INSERT
  WITH CHECK (state = 'waiting' AND organisation_id IS NULL AND decided_at IS NULL);
CREATE POLICY rejects ON tenants_application FOR UPDATE
  USING (state = 'waiting' AND programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))
  WITH CHECK (state = 'rejected'
    AND reason <> ''
    AND decided_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY registrar ON tenants_application TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_application FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_application TO otasuke_app;
GRANT UPDATE (decided_at, decided_by_id, reason, state) ON tenants_application TO otasuke_app;
