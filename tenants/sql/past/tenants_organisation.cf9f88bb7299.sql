ALTER TABLE tenants_organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_organisation FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON tenants_organisation FOR SELECT
  USING (kind <> 'sme'
    OR id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'office', 'breakglass'))::bigint[])
    OR id = ANY ((SELECT sec.own_organisations())::bigint[]));
CREATE POLICY owners_edit ON tenants_organisation FOR UPDATE
  USING (id = ANY ((SELECT sec.owned_organisations())::bigint[]));
CREATE POLICY registrar ON tenants_organisation TO otasuke_owner
  USING (true)
  WITH CHECK (true);

REVOKE ALL ON tenants_organisation FROM otasuke_app;
GRANT SELECT, INSERT ON tenants_organisation TO otasuke_app;
GRANT UPDATE (address, corporate_number, email, industry, municipality, municipality_code, name, name_kana, pc_count,
  phone, phone_e164, postal_code, prefecture, staff_count) ON tenants_organisation TO otasuke_app;
REVOKE ALL ON tenants_organisation FROM sec_definer;
GRANT SELECT, INSERT, UPDATE ON tenants_organisation TO sec_definer;
GRANT USAGE ON SEQUENCE tenants_organisation_id_seq TO sec_definer;
