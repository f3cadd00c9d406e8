REVOKE ALL ON tenants_user FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON tenants_user TO otasuke_app;

CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON tenants_user FOR EACH ROW EXECUTE FUNCTION sec.user_kept();
