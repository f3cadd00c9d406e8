REVOKE ALL ON tenants_auditanchor FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_auditanchor TO otasuke_app;
