-- Small numbers of firms stand here too: the application has no right on it and reads through sec.office_figures.
ALTER TABLE reports_programmefigure ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_programmefigure FORCE ROW LEVEL SECURITY;

REVOKE ALL ON reports_programmefigure FROM otasuke_app;
REVOKE ALL ON reports_programmefigure FROM sec_definer;
GRANT SELECT, INSERT, DELETE ON reports_programmefigure TO sec_definer;
GRANT USAGE ON SEQUENCE reports_programmefigure_id_seq TO sec_definer;
