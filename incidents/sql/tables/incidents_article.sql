ALTER TABLE incidents_article ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_article FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_article FOR SELECT
  USING (programme_id = ANY ((SELECT sec.served_programmes('call_centre', 'soc', 'office'))::bigint[])
    OR state = 'published'
       AND programme_id = ANY ((SELECT sec.served_programmes('vendor', 'data_recovery'))::bigint[]));
CREATE POLICY adds ON incidents_article FOR INSERT
  WITH CHECK (state = 'draft'
    AND programme_id = ANY ((SELECT sec.writable_programmes('call_centre'))::bigint[])
    AND written_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY changes ON incidents_article FOR UPDATE
  USING (programme_id = ANY ((SELECT sec.writable_programmes('call_centre', 'soc', 'office'))::bigint[]))
  WITH CHECK (programme_id = ANY ((SELECT sec.writable_programmes('call_centre', 'soc', 'office'))::bigint[]));

REVOKE ALL ON incidents_article FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_article TO otasuke_app;
GRANT UPDATE (answer, checked_at, checked_by_id, families, remark, search, signatures, state, steps, title, words,
  written_at, written_by_id) ON incidents_article TO otasuke_app;

CREATE TRIGGER kept BEFORE UPDATE ON incidents_article
  FOR EACH ROW WHEN (old.state IN ('published', 'retired'))
  EXECUTE FUNCTION sec.article_kept();
