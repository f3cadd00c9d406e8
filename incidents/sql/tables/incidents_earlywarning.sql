ALTER TABLE incidents_earlywarning ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_earlywarning FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_earlywarning FOR SELECT
  USING (programme_id = ANY ((SELECT sec.served_programmes('call_centre', 'soc', 'office'))::bigint[])
    OR programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint
    OR programme_id IN ( SELECT e.programme_id
   FROM tenants_enrolment e));
CREATE POLICY adds ON incidents_earlywarning FOR INSERT
  WITH CHECK (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint);
CREATE POLICY changes ON incidents_earlywarning FOR UPDATE
  USING (false)
  WITH CHECK (false);

REVOKE ALL ON incidents_earlywarning FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_earlywarning TO otasuke_app;
