-- Small numbers of firms stand here too: the application has no right on it and reads through sec.detection_figures.
ALTER TABLE reports_detectionfigure ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_detectionfigure FORCE ROW LEVEL SECURITY;

REVOKE ALL ON reports_detectionfigure FROM otasuke_app;
REVOKE ALL ON reports_detectionfigure FROM sec_definer;
GRANT SELECT, INSERT, DELETE ON reports_detectionfigure TO sec_definer;
GRANT USAGE ON SEQUENCE reports_detectionfigure_id_seq TO sec_definer;
