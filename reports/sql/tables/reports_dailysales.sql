-- No partner reads it here; the desk does in the report in which it stands.
ALTER TABLE reports_dailysales ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_dailysales FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON reports_dailysales FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm()));
CREATE POLICY adds ON reports_dailysales FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON reports_dailysales FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON reports_dailysales FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE (yen, given_at, by_id) ON reports_dailysales TO otasuke_app;
