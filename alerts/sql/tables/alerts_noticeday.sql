ALTER TABLE alerts_noticeday ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_noticeday FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_noticeday FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm()));

REVOKE ALL ON alerts_noticeday FROM otasuke_app;
GRANT SELECT ON alerts_noticeday TO otasuke_app;
REVOKE ALL ON alerts_noticeday FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON alerts_noticeday TO sec_definer;
