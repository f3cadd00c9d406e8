-- The SOC reads and moves what is of one firm while it watches the firm, and what is of all firms of a programme while it
-- is the programme's SOC. A firm's background work reads what grades its events; its people, and its desk, read
-- sec.tunings_of_firm instead, for trials on the past speak of other firms too.
ALTER TABLE alerts_tuning ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts_tuning FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON alerts_tuning FOR SELECT
  USING (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint
    OR firm_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR firm_id IS NULL
       AND programme_id IN (SELECT e.programme_id FROM tenants_enrolment e
         WHERE e.tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
    OR firm_id IS NULL
       AND programme_id = ANY ((SELECT sec.programmes_watched('owner', 'member', 'read_only'))::bigint[])
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = alerts_tuning.firm_id AND s.capability = 'watch' OFFSET 0));
-- Nobody proposes in another's name, and nothing begins as approved.
CREATE POLICY adds ON alerts_tuning FOR INSERT
  WITH CHECK (state = 'proposed' AND decided_by_id IS NULL AND hidden IS NULL AND override_reason = ''
    AND tried_by_id IS NULL AND tried_for_id IS NULL
    AND proposed_by_id = nullif(current_setting('otasuke.user', true), '')::bigint
    AND organisation_id = (SELECT sec.acting_organisation('owner', 'member'))
    AND programme_id = ANY ((SELECT sec.programmes_watched('owner', 'member'))::bigint[])
    AND (firm_id IS NULL
      OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_tuning.firm_id AND s.capability = 'watch' OFFSET 0)));
-- Whoever approves signs, and nobody has a proposal tried in another's sight; background work of the programme ends what
-- is over and counts what is tried.
CREATE POLICY changes ON alerts_tuning FOR UPDATE
  USING (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint
    OR programme_id = ANY ((SELECT sec.programmes_watched('owner', 'member'))::bigint[])
       AND (firm_id IS NULL
         OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_tuning.firm_id AND s.capability = 'watch' OFFSET 0)))
  WITH CHECK (programme_id = nullif(current_setting('otasuke.programme', true), '')::bigint
      AND state IN ('expired', 'proposed', 'untried')
    OR programme_id = ANY ((SELECT sec.programmes_watched('owner', 'member'))::bigint[])
       AND (firm_id IS NULL
         OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = alerts_tuning.firm_id AND s.capability = 'watch' OFFSET 0))
       AND (state <> 'in_force' OR decided_by_id = nullif(current_setting('otasuke.user', true), '')::bigint)
       AND (state <> 'proposed'
         OR coalesce(tried_by_id, proposed_by_id) = nullif(current_setting('otasuke.user', true), '')::bigint
            AND coalesce(tried_for_id, organisation_id) = (SELECT sec.acting_organisation('owner', 'member'))));

REVOKE ALL ON alerts_tuning FROM otasuke_app;
GRANT SELECT, INSERT ON alerts_tuning TO otasuke_app;
GRANT UPDATE (decided_at, decided_by_id, end_reason, ended_at, ended_by_id, expires_at, fault, hidden, override_reason,
  progress, replay, replayed_at, retry_at, state, tried_at, tried_by_id, tried_for_id, tries) ON alerts_tuning TO otasuke_app;
