ALTER TABLE alerts_alertnote ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_alertnote FORCE ROW LEVEL SECURITY;

-- Background work of the firm reads it, the firm's own people never do.
CREATE POLICY reads ON alerts_alertnote FOR SELECT
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_alertnote.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_alertnote FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_alertnote.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON alerts_alertnote FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON alerts_alertnote FROM otasuke_app;
GRANT SELECT, INSERT ON alerts_alertnote TO otasuke_app;
