ALTER TABLE alerts_savedfilter ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_savedfilter FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON alerts_savedfilter
  USING (person_id = nullif(current_setting('otasuke.user', true), '')::bigint)
  WITH CHECK (person_id = nullif(current_setting('otasuke.user', true), '')::bigint);

REVOKE ALL ON alerts_savedfilter FROM otasuke_app;
GRANT SELECT, INSERT, DELETE, UPDATE (query, saved_at) ON alerts_savedfilter TO otasuke_app;
