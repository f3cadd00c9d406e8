-- One statement takes a try off the code, so that guessing in parallel gets no extra tries.
CREATE OR REPLACE FUNCTION sec.try_activation_code(code_lookup text)
  RETURNS TABLE (tenant_id bigint, code_id bigint, sensor_id bigint, code_hash bytea)
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
UPDATE sensors_activationcode c SET tries_left = c.tries_left - 1
 WHERE c.lookup = code_lookup AND c.used_at IS NULL AND c.expires_at > now() AND c.tries_left > 0
RETURNING c.tenant_id, c.id, c.sensor_id, c.code_hash
$body$;
ALTER FUNCTION sec.try_activation_code OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.try_activation_code FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.try_activation_code TO otasuke_app;
