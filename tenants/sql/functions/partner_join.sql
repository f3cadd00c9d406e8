-- A partner takes part in a programme: entered by whoever founds it (confirmed at once), or by an owner of its office,
-- whose new partners are new organisations: one that exists works for somebody else, and is joined by an operator.
CREATE OR REPLACE FUNCTION sec.partner_join(programme bigint, of_kind text, fields jsonb)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  founds boolean := coalesce(programme = sec.programme_founded(), false);
  entered record;
BEGIN
  IF NOT founds AND programme <> ALL (sec.programmes_run('owner')) THEN RETURN NULL; END IF;
  IF of_kind NOT IN ('soc', 'call_centre', 'vendor', 'insurer', 'outreach', 'data_recovery') THEN RETURN NULL; END IF;
  SELECT * INTO entered FROM sec.partner_entered(of_kind, fields);
  IF NOT founds AND NOT entered.made THEN RETURN NULL; END IF;
  INSERT INTO tenants_programmepartner (programme_id, organisation_id, branch, prefectures, confirmed_at)
  VALUES (programme, entered.organisation, coalesce(fields ->> 'branch', ''),
    ARRAY(SELECT jsonb_array_elements_text(coalesce(fields -> 'prefectures', '[]'))),
    CASE WHEN founds THEN now() END)
  ON CONFLICT DO NOTHING;
  RETURN entered.organisation;
END
$body$;
ALTER FUNCTION sec.partner_join OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_join FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partner_join TO otasuke_app;
