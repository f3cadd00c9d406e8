REVOKE ALL ON notifications_accountmail FROM otasuke_app;
GRANT INSERT ON notifications_accountmail TO otasuke_app;
REVOKE ALL ON notifications_accountmail FROM sec_definer;
GRANT SELECT, UPDATE, DELETE ON notifications_accountmail TO sec_definer;
