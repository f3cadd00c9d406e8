ALTER TABLE notifications_attention ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_attention FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON notifications_attention FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = notifications_attention.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON notifications_attention FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY calls ON notifications_attention FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    AND kind = 'call_me'
    AND closed_at IS NULL
    AND taken_at IS NULL);
CREATE POLICY changes ON notifications_attention FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON notifications_attention FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON notifications_attention TO otasuke_app;
