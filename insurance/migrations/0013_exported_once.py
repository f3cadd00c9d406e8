"""A claim goes into one transfer file; into another one only with a reason. The database counts, whoever writes."""

from django.db import migrations, models

ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

STATES = f"""
CREATE OR REPLACE FUNCTION sec.claim_moved() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
DECLARE
  by_insurer boolean := coalesce({ORGANISATION} = new.insurer_id, false);
BEGIN
  __EXPORTS__
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
"""
# A file more is one step of the insurer's on an approved claim; the number never goes back, not even with the state.
EXPORTS = """IF (new.exports, new.export_reason) IS DISTINCT FROM (old.exports, old.export_reason) THEN
    IF NOT by_insurer THEN
      RAISE EXCEPTION 'only the insurer pays' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF new.exports <> old.exports + 1 OR (old.state, new.state) <> ('approved', 'approved') THEN
      RAISE EXCEPTION 'an approved claim goes into one file more' USING ERRCODE = 'check_violation'; END IF;
  ELSIF new.state = old.state AND new.exported_at IS DISTINCT FROM old.exported_at THEN
    RAISE EXCEPTION 'a file more is counted' USING ERRCODE = 'check_violation';
  END IF;"""
COUNTED = """
GRANT UPDATE (exports, export_reason) ON insurance_claim TO otasuke_app;
"""


class Migration(migrations.Migration):
    dependencies = [("insurance", "0012_job_cover_own_claim")]

    operations = [
        migrations.AddField("claim", "exports", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("claim", "export_reason", models.CharField(blank=True, max_length=300)),
        # Claims that stood in a file before files were counted: as far as anybody knows, in one.
        migrations.RunSQL(
            "ALTER TABLE insurance_claim NO FORCE ROW LEVEL SECURITY;"
            "ALTER TABLE insurance_claim DISABLE TRIGGER moved;"
            "UPDATE insurance_claim SET exports = 1 WHERE exported_at IS NOT NULL;"
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE insurance_claim ENABLE TRIGGER moved;"
            "ALTER TABLE insurance_claim FORCE ROW LEVEL SECURITY;",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "claim",
            models.CheckConstraint(
                condition=models.Q(exports__lte=1) | ~models.Q(export_reason=""), name="claim_exported_again_why"
            ),
        ),
        migrations.RunSQL(STATES.replace("__EXPORTS__", EXPORTS), STATES.replace("__EXPORTS__", "")),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
