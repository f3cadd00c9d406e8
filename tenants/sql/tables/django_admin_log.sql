REVOKE ALL ON django_admin_log FROM otasuke_app;
GRANT SELECT, INSERT ON django_admin_log TO otasuke_app;
