-- What a firm's own people write: what they say, and that they want to be called.
ALTER TABLE incidents_customermessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_customermessage FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_customermessage FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_customermessage.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0)
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_customermessage FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR NOT from_firm
      AND (EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_customermessage.tenant_id
             AND s.capability = 'desk' OFFSET 0)
           OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[])));
CREATE POLICY says ON incidents_customermessage FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    AND from_firm
    AND author_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY changes ON incidents_customermessage FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_customermessage FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_customermessage TO otasuke_app;
