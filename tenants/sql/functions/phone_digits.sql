-- The figures of a telephone number, or of several in one field, as they stand there.
CREATE OR REPLACE FUNCTION sec.phone_digits(words text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $body$
SELECT regexp_replace(translate(words, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g')
$body$;
REVOKE ALL ON FUNCTION sec.phone_digits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.phone_digits TO otasuke_app, sec_definer;
