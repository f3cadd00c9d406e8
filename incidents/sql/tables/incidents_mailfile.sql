ALTER TABLE incidents_mailfile ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_mailfile FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_mailfile FOR SELECT
  USING (mail_id IN ( SELECT m.id
   FROM incidents_deskmail m));
CREATE POLICY adds ON incidents_mailfile FOR INSERT
  WITH CHECK (mail_id IN ( SELECT m.id
   FROM incidents_deskmail m
  WHERE (m.programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint)));
CREATE POLICY changes ON incidents_mailfile FOR UPDATE
  USING (mail_id IN ( SELECT m.id
   FROM incidents_deskmail m
  WHERE (m.programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint)))
  WITH CHECK (mail_id IN ( SELECT m.id
   FROM incidents_deskmail m
  WHERE (m.programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint)));

REVOKE ALL ON incidents_mailfile FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_mailfile TO otasuke_app;
GRANT UPDATE (found, verdict) ON incidents_mailfile TO otasuke_app;
