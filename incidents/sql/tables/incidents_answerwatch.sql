ALTER TABLE incidents_answerwatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_answerwatch FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_answerwatch FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_answerwatch.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_answerwatch FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON incidents_answerwatch FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_answerwatch FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_answerwatch TO otasuke_app;
GRANT UPDATE (recurred_at, state) ON incidents_answerwatch TO otasuke_app;
