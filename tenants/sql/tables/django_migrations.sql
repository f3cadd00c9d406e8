REVOKE ALL ON django_migrations FROM otasuke_app;
GRANT SELECT ON django_migrations TO otasuke_app;
