ALTER TABLE incidents_alertanswer ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_alertanswer FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_alertanswer FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_alertanswer.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY people ON incidents_alertanswer FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    AND by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY mail_links ON incidents_alertanswer FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    AND way = 'mail');
CREATE POLICY changes ON incidents_alertanswer FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_alertanswer FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_alertanswer TO otasuke_app;
