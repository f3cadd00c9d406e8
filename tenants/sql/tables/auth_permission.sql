REVOKE ALL ON auth_permission FROM otasuke_app;
GRANT SELECT ON auth_permission TO otasuke_app;
