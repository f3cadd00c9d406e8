ALTER TABLE sensors_suppression ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_suppression FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_suppression FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_suppression.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_suppression FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_suppression.tenant_id
         AND s.capability = 'watch' OFFSET 0));
CREATE POLICY changes ON sensors_suppression FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_suppression.tenant_id
         AND s.capability = 'watch' OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_suppression.tenant_id
         AND s.capability = 'watch' OFFSET 0));

REVOKE ALL ON sensors_suppression FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_suppression TO otasuke_app;
GRANT UPDATE (applied_at, ended_at, ended_by_id, hits, last_hit_at, ordered_version, problem) ON sensors_suppression
  TO otasuke_app;
