ALTER TABLE tenants_programmesettings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_programmesettings FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_programmesettings FOR SELECT
  USING (true);
CREATE POLICY publishes ON tenants_programmesettings FOR INSERT
  WITH CHECK (withdrawn_at IS NULL AND effective_from > now() - interval '10 minutes'
      AND (programme_id = ANY ((SELECT sec.programmes_run('owner'))::bigint[])
        OR programme_id = (SELECT sec.programme_founded()))
    OR EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active)));
-- What is planned is withdrawn before its time comes; nothing else of a version is changed.
CREATE POLICY withdraws ON tenants_programmesettings FOR UPDATE TO otasuke_app
  USING (withdrawn_at IS NULL AND effective_from > now()
    AND (programme_id = ANY ((SELECT sec.programmes_run('owner'))::bigint[])
      OR EXISTS ( SELECT 1
   FROM tenants_user u
  WHERE ((u.id = nullif(current_setting('otasuke.user', true), '')::bigint) AND u.is_superuser AND u.is_active))))
  WITH CHECK (withdrawn_at IS NOT NULL);
CREATE POLICY registrar ON tenants_programmesettings TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_programmesettings FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id, replaced_by_id) ON tenants_programmesettings TO otasuke_app;
