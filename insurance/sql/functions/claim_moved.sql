-- The steps of a claim and who takes them, as insurance.claim_rules.CLAIM_MOVES (tests/test_states_in_sql.py compares).
-- A file more is one step of the insurer's on an approved claim; the number never goes back, not even with the state.
CREATE OR REPLACE FUNCTION sec.claim_moved()
  RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  by_insurer boolean := coalesce(nullif(current_setting('otasuke.organisation', true), '')::bigint = new.insurer_id,
    false);
BEGIN
  IF (new.exports, new.export_reason) IS DISTINCT FROM (old.exports, old.export_reason) THEN
    IF NOT by_insurer THEN
      RAISE EXCEPTION 'only the insurer pays' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF new.exports <> old.exports + 1 OR (old.state, new.state) <> ('approved', 'approved') THEN
      RAISE EXCEPTION 'an approved claim goes into one file more' USING ERRCODE = 'check_violation'; END IF;
  ELSIF new.state = old.state AND new.exported_at IS DISTINCT FROM old.exported_at THEN
    RAISE EXCEPTION 'a file more is counted' USING ERRCODE = 'check_violation';
  END IF;
  IF new.state = old.state THEN
    IF (new.slot, new.approved_yen, new.own_yen, new.round, new.chain_sha256, new.paid_on)
        IS DISTINCT FROM (old.slot, old.approved_yen, old.own_yen, old.round, old.chain_sha256, old.paid_on) THEN
      RAISE EXCEPTION 'a claim changes with its state only' USING ERRCODE = 'check_violation'; END IF;
    RETURN new;
  END IF;
  IF (old.state || ' ' || new.state) <> ALL (ARRAY[
      'draft submitted', 'draft withdrawn',
      'submitted returned', 'submitted approved', 'submitted rejected', 'submitted withdrawn',
      'returned resubmitted', 'returned withdrawn',
      'resubmitted returned', 'resubmitted approved', 'resubmitted rejected', 'resubmitted withdrawn',
      'approved paid', 'approved returned']) THEN
    RAISE EXCEPTION 'a claim does not go from % to %', old.state, new.state USING ERRCODE = 'check_violation'; END IF;
  IF by_insurer <> (new.state IN ('returned', 'approved', 'rejected', 'paid')) THEN
    RAISE EXCEPTION '% is not for the one who asks', new.state USING ERRCODE = 'insufficient_privilege'; END IF;
  IF by_insurer AND (new.round, new.chain_sha256) IS DISTINCT FROM (old.round, old.chain_sha256) THEN
    RAISE EXCEPTION 'evidence is not for the insurer to change' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN new;
END
$body$;
ALTER FUNCTION sec.claim_moved OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.claim_moved FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.claim_moved TO otasuke_owner;
