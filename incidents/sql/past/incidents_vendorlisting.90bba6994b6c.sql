ALTER TABLE incidents_vendorlisting ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_vendorlisting FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_vendorlisting FOR SELECT
  USING (true);
CREATE POLICY adds ON incidents_vendorlisting FOR INSERT
  WITH CHECK (programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[])
    AND organisation_id IN ( SELECT p.organisation_id
   FROM tenants_programmepartner p
  WHERE (p.programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))));
CREATE POLICY changes ON incidents_vendorlisting FOR UPDATE
  USING (programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[])
    AND organisation_id IN ( SELECT p.organisation_id
   FROM tenants_programmepartner p
  WHERE (p.programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))))
  WITH CHECK (programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[])
    AND organisation_id IN ( SELECT p.organisation_id
   FROM tenants_programmepartner p
  WHERE (p.programme_id = ANY ((SELECT sec.programmes_run('owner', 'member'))::bigint[]))));
CREATE POLICY registrar ON incidents_vendorlisting TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON incidents_vendorlisting FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_vendorlisting TO otasuke_app;
