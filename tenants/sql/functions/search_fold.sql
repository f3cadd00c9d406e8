-- A name as it is searched for. base.identity.search_fold does the same.
CREATE OR REPLACE FUNCTION sec.search_fold(words text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $body$
  SELECT translate(lower(normalize(words, NFKC)),
    '髙﨑𠮷邊邉齋齊斎濵濱嶋嶌澤廣國眞惠櫻瀨德淸龍ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶ',
    '高崎吉辺辺斉斉斉浜浜島島沢広国真恵桜瀬徳清竜ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖ')
$body$;
REVOKE ALL ON FUNCTION sec.search_fold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.search_fold TO otasuke_app, sec_definer;
