REVOKE ALL ON notifications_pulse FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON notifications_pulse TO otasuke_app;
