ALTER TABLE incidents_deskmail ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_deskmail FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_deskmail FOR SELECT
  USING (programme_id = ANY ((SELECT sec.served_programmes('call_centre'))::bigint[])
    OR programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint);
CREATE POLICY adds ON incidents_deskmail FOR INSERT
  WITH CHECK (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint);
CREATE POLICY changes ON incidents_deskmail FOR UPDATE
  USING (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint
    OR state IN ('aside', 'settled')
       AND programme_id = ANY ((SELECT sec.writable_programmes('call_centre'))::bigint[]))
  WITH CHECK (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint
    OR state IN ('aside', 'settled')
       AND programme_id = ANY ((SELECT sec.writable_programmes('call_centre'))::bigint[]));

REVOKE ALL ON incidents_deskmail FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_deskmail TO otasuke_app;
GRANT UPDATE (attempts, automatic, contact_id, firm_id, message_id, read_in_part, reason, sender, sender_name,
  sent_at, settled_by_id, state, subject, text) ON incidents_deskmail TO otasuke_app;
