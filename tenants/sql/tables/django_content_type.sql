REVOKE ALL ON django_content_type FROM otasuke_app;
GRANT SELECT ON django_content_type TO otasuke_app;
