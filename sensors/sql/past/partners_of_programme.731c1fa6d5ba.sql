-- How far the partners of a programme and its office are, for the office and for whoever founds it: people in it, who is
-- invited until when, and of its firms how many are open to it, will be, and wait for the firm's own word.
CREATE OR REPLACE FUNCTION sec.partners_of_programme(of_programme bigint)
  RETURNS TABLE (
    partner bigint, people bigint, invited text, invited_until timestamptz, firms_open bigint, firms_next bigint,
    firms_unagreed bigint
  )
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
AS $body$
SELECT o.id,
       (SELECT count(*) FROM tenants_membership m WHERE m.organisation_id = o.id AND m.valid @> now()),
       i.email::text, i.expires_at,
       n.firms_open, n.firms_next, n.firms_unagreed
  FROM tenants_organisation o
  CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE f.open) AS firms_open,
      count(*) FILTER (WHERE f.agreed AND NOT f.open) AS firms_next,
      count(*) FILTER (WHERE NOT f.agreed AND NOT f.open) AS firms_unagreed
    FROM sec.partner_firms(of_programme, o.id) f) n
  LEFT JOIN LATERAL (SELECT v.email, v.expires_at FROM tenants_invitation v WHERE v.organisation_id = o.id
    AND v.accepted_at IS NULL AND v.revoked_at IS NULL ORDER BY v.id DESC LIMIT 1) i ON true
 WHERE (of_programme = sec.programme_founded()
     OR of_programme = ANY (sec.programmes_run('owner', 'member', 'read_only')))
   AND (o.id IN (SELECT p.organisation_id FROM tenants_programmepartner p WHERE p.programme_id = of_programme)
     OR o.id = (SELECT p.office_id FROM tenants_programme p WHERE p.id = of_programme))
$body$;
ALTER FUNCTION sec.partners_of_programme OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.partners_of_programme FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.partners_of_programme TO otasuke_app;
