REVOKE ALL ON auth_group FROM otasuke_app;
GRANT SELECT ON auth_group TO otasuke_app;
