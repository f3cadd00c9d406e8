-- Counted by sec.tunings_count; whoever reads the change of grading reads how often it took effect.
ALTER TABLE alerts_tuningday ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_tuningday FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_tuningday FOR SELECT
  USING (EXISTS (SELECT FROM alerts_tuning t WHERE t.id = alerts_tuningday.tuning_id));

REVOKE ALL ON alerts_tuningday FROM otasuke_app;
GRANT SELECT ON alerts_tuningday TO otasuke_app;
REVOKE ALL ON alerts_tuningday FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON alerts_tuningday TO sec_definer;
GRANT USAGE ON SEQUENCE alerts_tuningday_id_seq TO sec_definer;
