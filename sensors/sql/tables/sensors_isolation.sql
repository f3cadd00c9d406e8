ALTER TABLE sensors_isolation ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensors_isolation FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON sensors_isolation FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = sensors_isolation.tenant_id
         AND s.capability IN ('watch', 'desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON sensors_isolation FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_isolation.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));
CREATE POLICY changes ON sensors_isolation FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_isolation.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = sensors_isolation.tenant_id
         AND s.capability IN ('watch', 'desk') OFFSET 0));

REVOKE ALL ON sensors_isolation FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_isolation TO otasuke_app;
GRANT UPDATE (applied_at, consent_recorded_by_id, consent_way, consent_words, consented_at, ended_at, followed,
  followed_steps, must_run_confirmed, ordered_at, ordered_version, problem, release_asked_at, release_party,
  released_by_id, state, until) ON sensors_isolation TO otasuke_app;
