-- Codes and keys that found a programme: the application has no right on them and asks sec.founding_redeem and its like.
ALTER TABLE tenants_founding ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_founding FORCE ROW LEVEL SECURITY;

CREATE POLICY registrar ON tenants_founding TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_founding FROM otasuke_app;
REVOKE ALL ON tenants_founding FROM sec_definer;
GRANT SELECT, UPDATE ON tenants_founding TO sec_definer;
