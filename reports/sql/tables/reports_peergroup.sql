-- Says which firms are alike: the application has no right on it and reads through sec.peer_medians.
ALTER TABLE reports_peergroup ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_peergroup FORCE ROW LEVEL SECURITY;

REVOKE ALL ON reports_peergroup FROM otasuke_app;
REVOKE ALL ON reports_peergroup FROM sec_definer;
GRANT SELECT, INSERT ON reports_peergroup TO sec_definer;
GRANT USAGE ON SEQUENCE reports_peergroup_id_seq TO sec_definer;
