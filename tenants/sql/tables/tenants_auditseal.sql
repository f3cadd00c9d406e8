REVOKE ALL ON tenants_auditseal FROM otasuke_app;
REVOKE ALL ON tenants_auditseal FROM sec_definer;
GRANT SELECT, INSERT ON tenants_auditseal TO sec_definer;
