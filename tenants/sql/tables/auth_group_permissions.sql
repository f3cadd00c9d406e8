REVOKE ALL ON auth_group_permissions FROM otasuke_app;
GRANT SELECT ON auth_group_permissions TO otasuke_app;
