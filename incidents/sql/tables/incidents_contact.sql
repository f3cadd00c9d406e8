ALTER TABLE incidents_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_contact FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_contact FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_contact.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_contact FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_contact.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_contact FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_contact.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_contact.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));

REVOKE ALL ON incidents_contact FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_contact TO otasuke_app;
REVOKE ALL ON incidents_contact FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON incidents_contact TO sec_definer;
GRANT USAGE ON SEQUENCE incidents_contact_id_seq TO sec_definer;
