ALTER TABLE alerts_alertgroup ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_alertgroup FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_alertgroup FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_alertgroup.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_alertgroup FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON alerts_alertgroup FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_alertgroup.tenant_id
         AND s.capability = 'watch' OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_alertgroup.tenant_id
         AND s.capability = 'watch' OFFSET 0));

REVOKE ALL ON alerts_alertgroup FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_alertgroup TO otasuke_app;

CREATE TRIGGER added AFTER INSERT ON alerts_alertgroup
  REFERENCING NEW TABLE AS now_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sec.groups_added();
CREATE TRIGGER changed AFTER UPDATE ON alerts_alertgroup
  REFERENCING OLD TABLE AS was_rows NEW TABLE AS now_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sec.groups_changed();
