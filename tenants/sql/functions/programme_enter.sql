-- Founds the programme of the open founding, with its office. NULL: nobody here founds one, or it is founded already.
CREATE OR REPLACE FUNCTION sec.programme_enter(fields jsonb, office jsonb)
  RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
DECLARE
  founding_id bigint;
  made_id bigint;
BEGIN
  SELECT f.id INTO founding_id FROM tenants_founding f JOIN sec.founding_open() o ON o.founding = f.id
   WHERE f.programme_id IS NULL FOR UPDATE OF f;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO tenants_programme (name, office_id, desk_name, desk_phone, desk_email, fiscal_year_start_month)
  VALUES (fields ->> 'name', (SELECT e.organisation FROM sec.partner_entered('office', office) e),
    fields ->> 'desk_name', fields ->> 'desk_phone', fields ->> 'desk_email',
    (fields ->> 'fiscal_year_start_month')::smallint)
  RETURNING id INTO made_id;
  UPDATE tenants_founding f SET programme_id = made_id WHERE f.id = founding_id;
  RETURN made_id;
END
$body$;
ALTER FUNCTION sec.programme_enter OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.programme_enter FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.programme_enter TO otasuke_app;
