-- The newest rows of the acting desk that hold these words (as sec.search_fold writes them), at most so many. `kind`: case
-- (words in its title, notes, messages, questions and callers), call (its caller, or its number as it was written), number
-- (the figures of a call's number), incident (its reason and history), task (its outcome and what is asked), machine (the
-- firm's names of it). `standing`: open, over or '' for both; an open call is one of no case. A door, because behind the
-- wall PostgreSQL may use no index for a part of a word; planned anew each time: rare words come from the indexes of
-- neighbouring letters, frequent ones from the newest rows. A row that holds the words twice counts once.
CREATE OR REPLACE FUNCTION sec.desk_rows_worded(kind text, standing text, words text, most integer)
  RETURNS TABLE (id bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, sec, pg_temp
  SET plan_cache_mode = force_custom_plan
AS $body$
DECLARE
  pattern text := '%' || replace(replace(replace(words, '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
  RETURN QUERY
  SELECT DISTINCT t.id FROM (
    SELECT 'case' AS kind, c.id, c.tenant_id, sec.search_fold(c.title) AS words, c.state IN ('solved', 'merged') AS over
      FROM incidents_case c
    UNION ALL
    SELECT 'case', c.id, c.tenant_id, sec.search_fold(n.body), c.state IN ('solved', 'merged')
      FROM incidents_internalnote n JOIN incidents_case c ON c.tenant_id = n.tenant_id AND c.id = n.case_id
    UNION ALL
    SELECT 'case', c.id, c.tenant_id, sec.search_fold(m.body), c.state IN ('solved', 'merged')
      FROM incidents_customermessage m JOIN incidents_case c ON c.tenant_id = m.tenant_id AND c.id = m.case_id
    UNION ALL
    SELECT 'case', c.id, c.tenant_id, sec.search_fold(e.question), c.state IN ('solved', 'merged')
      FROM incidents_escalation e JOIN incidents_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
    UNION ALL
    SELECT 'case', c.id, c.tenant_id, sec.search_fold(r.name || ' ' || r.firm_told), c.state IN ('solved', 'merged')
      FROM incidents_caller r JOIN incidents_contact k ON k.tenant_id = r.tenant_id AND k.caller_id = r.id
      JOIN incidents_case c ON c.tenant_id = k.tenant_id AND c.id = k.case_id
    UNION ALL
    SELECT 'call', k.id, k.tenant_id, sec.search_fold(r.name || ' ' || r.firm_told), k.case_id IS NOT NULL
      FROM incidents_caller r JOIN incidents_contact k ON k.tenant_id = r.tenant_id AND k.caller_id = r.id
    UNION ALL
    SELECT 'call', k.id, k.tenant_id, sec.search_fold(k.number_raw), k.case_id IS NOT NULL FROM incidents_contact k
    UNION ALL
    SELECT 'number', k.id, k.tenant_id, sec.phone_digits(k.number_raw), k.case_id IS NOT NULL FROM incidents_contact k
    UNION ALL
    SELECT 'incident', i.id, i.tenant_id, sec.search_fold(i.opened_reason), i.state = 'closed' FROM incidents_incident i
    UNION ALL
    SELECT 'incident', i.id, i.tenant_id, sec.search_fold(v.data::text), i.state = 'closed'
      FROM incidents_incidentevent v JOIN incidents_incident i ON i.tenant_id = v.tenant_id AND i.id = v.incident_id
    UNION ALL
    SELECT 'machine', b.id, b.tenant_id, sec.search_fold(b.given_name || ' ' || b.owner), false FROM sensors_device b
    UNION ALL
    SELECT 'task', d.id, d.tenant_id, sec.search_fold(d.outcome), d.done_at IS NOT NULL FROM incidents_desktask d
    UNION ALL
    SELECT 'task', d.id, d.tenant_id, sec.search_fold(a.facts::text), d.done_at IS NOT NULL
      FROM notifications_attention a JOIN incidents_desktask d ON d.tenant_id = a.tenant_id AND d.attention_id = a.id
  ) t
   WHERE t.kind = desk_rows_worded.kind AND (standing = '' OR t.over = (standing = 'over'))
     AND sec.grams(t.words, 2) @> sec.grams(desk_rows_worded.words, 2) AND t.words LIKE pattern
     AND (EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = t.tenant_id AND s.capability = 'desk' OFFSET 0)
       OR t.tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]))
   ORDER BY t.id DESC LIMIT least(most, 1000);
END
$body$;
ALTER FUNCTION sec.desk_rows_worded OWNER TO sec_definer;
REVOKE ALL ON FUNCTION sec.desk_rows_worded FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.desk_rows_worded TO otasuke_app;
