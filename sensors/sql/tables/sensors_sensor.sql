ALTER TABLE sensors_sensor ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_sensor FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_sensor FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_sensor.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_sensor FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_sensor.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON sensors_sensor FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_sensor.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_sensor.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));

REVOKE ALL ON sensors_sensor FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON sensors_sensor TO otasuke_app;
