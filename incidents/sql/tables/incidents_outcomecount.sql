-- Small numbers of firms stand here too: the application has no right on it and reads through sec.outcomes_alike.
ALTER TABLE incidents_outcomecount ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_outcomecount FORCE ROW LEVEL SECURITY;

REVOKE ALL ON incidents_outcomecount FROM otasuke_app;
REVOKE ALL ON incidents_outcomecount FROM sec_definer;
GRANT SELECT, INSERT, DELETE ON incidents_outcomecount TO sec_definer;
GRANT USAGE ON SEQUENCE incidents_outcomecount_id_seq TO sec_definer;
