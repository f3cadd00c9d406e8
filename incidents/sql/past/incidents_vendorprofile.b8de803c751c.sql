ALTER TABLE incidents_vendorprofile ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_vendorprofile FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_vendorprofile FOR SELECT
  USING (true);
CREATE POLICY adds ON incidents_vendorprofile FOR INSERT
  WITH CHECK (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[])
    OR organisation_id IN ( SELECT p.organisation_id
   FROM tenants_programmepartner p
  WHERE (p.programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))));
CREATE POLICY changes ON incidents_vendorprofile FOR UPDATE
  USING (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[])
    OR organisation_id IN ( SELECT p.organisation_id
   FROM tenants_programmepartner p
  WHERE (p.programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))))
  WITH CHECK (organisation_id = ANY ((SELECT sec.owned_organisations())::bigint[])
    OR organisation_id IN ( SELECT p.organisation_id
   FROM tenants_programmepartner p
  WHERE (p.programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))));
CREATE POLICY registrar ON incidents_vendorprofile TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON incidents_vendorprofile FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_vendorprofile TO otasuke_app;
