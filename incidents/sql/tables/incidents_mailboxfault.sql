-- A fault opens to the programme's desk to read, and to its mailbox's own work; nobody deletes.
ALTER TABLE incidents_mailboxfault ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_mailboxfault FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_mailboxfault FOR SELECT
  USING (programme_id = ANY ((SELECT sec.served_programmes('call_centre'))::bigint[])
    OR programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint);
CREATE POLICY adds ON incidents_mailboxfault FOR INSERT
  WITH CHECK (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint);
CREATE POLICY changes ON incidents_mailboxfault FOR UPDATE
  USING (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint)
  WITH CHECK (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint);

REVOKE ALL ON incidents_mailboxfault FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_mailboxfault TO otasuke_app;
GRANT UPDATE (case_id, error, first_at, last_at, over_at, tries) ON incidents_mailboxfault TO otasuke_app;
