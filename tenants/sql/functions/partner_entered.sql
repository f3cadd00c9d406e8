-- An organisation of a kind under its name: the one there is, else a new one. Asked by sec's own functions only.
CREATE OR REPLACE FUNCTION sec.partner_entered(of_kind text, fields jsonb)
  RETURNS TABLE (organisation bigint, made boolean)
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
BEGIN
  -- Two people who enter the same partner at once: the second finds the first one's.
  PERFORM pg_advisory_xact_lock(hashtext('partner'), hashtext(fields ->> 'name'));
  SELECT o.id, false INTO organisation, made FROM tenants_organisation o
   WHERE o.kind = of_kind AND o.name = fields ->> 'name' ORDER BY o.id LIMIT 1;
  IF NOT FOUND THEN
    INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture, municipality,
      municipality_code, address, phone, phone_e164, email, industry, created_at)
    VALUES (of_kind, fields ->> 'name', coalesce(fields ->> 'name_kana', ''), '',
      coalesce(fields ->> 'postal_code', ''), coalesce(fields ->> 'prefecture', ''),
      coalesce(fields ->> 'municipality', ''), coalesce(fields ->> 'municipality_code', ''),
      coalesce(fields ->> 'address', ''), coalesce(fields ->> 'phone', ''), coalesce(fields ->> 'phone_e164', ''),
      coalesce(fields ->> 'email', ''), '', now())
    RETURNING id, true INTO organisation, made;
  END IF;
  RETURN NEXT;
END
$body$;
ALTER FUNCTION sec.partner_entered OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partner_entered FROM PUBLIC;
