-- Rows are reached through the parent only: a partition has no row-level security of its own.
ALTER TABLE alerts_inboxbatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_inboxbatch FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_inboxbatch FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_inboxbatch.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON alerts_inboxbatch FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON alerts_inboxbatch FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON alerts_inboxbatch FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON alerts_inboxbatch TO otasuke_app;
REVOKE ALL ON alerts_inboxbatch_default FROM otasuke_app;
REVOKE ALL ON alerts_inboxbatch_default FROM sec_definer;
GRANT SELECT ON alerts_inboxbatch_default TO sec_definer;
