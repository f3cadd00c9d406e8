REVOKE ALL ON tenants_user_groups FROM otasuke_app;
GRANT SELECT ON tenants_user_groups TO otasuke_app;
