REVOKE ALL ON tenants_user_user_permissions FROM otasuke_app;
GRANT SELECT ON tenants_user_user_permissions TO otasuke_app;
