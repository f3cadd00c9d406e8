-- How many firms a partner sees is for the programme's office: the application has no right on it and reads through
-- sec.partners_of_programme.
ALTER TABLE tenants_partnercount ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_partnercount FORCE ROW LEVEL SECURITY;

REVOKE ALL ON tenants_partnercount FROM otasuke_app;
REVOKE ALL ON tenants_partnercount FROM sec_definer;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants_partnercount TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_partnercount_id_seq TO sec_definer;
