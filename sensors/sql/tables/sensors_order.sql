ALTER TABLE sensors_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_order FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_order FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_order.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_order FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON sensors_order FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON sensors_order FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_order TO otasuke_app;
GRANT UPDATE (answered_at, detail, state) ON sensors_order TO otasuke_app;
