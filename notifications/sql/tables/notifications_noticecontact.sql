ALTER TABLE notifications_noticecontact ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_noticecontact FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON notifications_noticecontact FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = notifications_noticecontact.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON notifications_noticecontact FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY owners_add ON notifications_noticecontact FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    AND tenant_id = ANY ((SELECT sec.owned_organisations())::bigint[]));
CREATE POLICY changes ON notifications_noticecontact FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY owners_change ON notifications_noticecontact FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.owned_organisations())::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.owned_organisations())::bigint[]));

REVOKE ALL ON notifications_noticecontact FROM otasuke_app;
GRANT SELECT, INSERT ON notifications_noticecontact TO otasuke_app;
GRANT UPDATE (asked_at, code, code_tries, confirmed_at, course, digest, language, monthly, name, secrets, serious, state)
  ON notifications_noticecontact TO otasuke_app;
REVOKE ALL ON notifications_noticecontact FROM sec_definer;
GRANT SELECT ON notifications_noticecontact TO sec_definer;
