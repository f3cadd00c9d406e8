ALTER TABLE incidents_readyanswer ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_readyanswer FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_readyanswer FOR SELECT
  USING (programme_id = ANY ((SELECT sec.served_programmes('call_centre'))::bigint[]));
CREATE POLICY adds ON incidents_readyanswer FOR INSERT
  WITH CHECK (programme_id = ANY ((SELECT sec.writable_programmes('call_centre'))::bigint[]));
CREATE POLICY changes ON incidents_readyanswer FOR UPDATE
  USING (programme_id = ANY ((SELECT sec.writable_programmes('call_centre'))::bigint[]))
  WITH CHECK (programme_id = ANY ((SELECT sec.writable_programmes('call_centre'))::bigint[]));

REVOKE ALL ON incidents_readyanswer FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_readyanswer TO otasuke_app;
