"""What SQL files make, as the database has it: functions and views of schema `sec`, policies, triggers and rights."""

from __future__ import annotations

from typing import Any

_STATE = """
    SELECT 'function ' || p.proname, pg_get_functiondef(p.oid) || p.proowner::regrole::text
           || array(SELECT a::text FROM unnest(p.proacl) a ORDER BY 1)::text
      FROM pg_proc p WHERE p.pronamespace = 'sec'::regnamespace
    UNION ALL
    SELECT 'view ' || c.relname, pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, '') || c.relowner::regrole::text
           || array(SELECT a::text FROM unnest(c.relacl) a ORDER BY 1)::text
      FROM pg_class c WHERE c.relnamespace = 'sec'::regnamespace AND c.relkind = 'v'
    UNION ALL
    SELECT 'policy ' || policyname || ' on ' || tablename, concat_ws(' ', permissive, roles, cmd, qual, with_check)
      FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass::text, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'security of ' || relname, concat(relrowsecurity, relforcerowsecurity)
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
    UNION ALL
    SELECT 'rights on ' || c.relname || coalesce('.' || t.attname, ''),
           array(SELECT a::text FROM unnest(coalesce(t.attacl, c.relacl)) a ORDER BY 1)::text
      FROM pg_class c
      LEFT JOIN LATERAL (SELECT attname, attacl FROM pg_attribute x WHERE x.attrelid = c.oid AND x.attacl IS NOT NULL
                         UNION ALL SELECT NULL, NULL) t ON true
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S')
"""


def sql_state(cursor: Any) -> dict[str, str]:
    """Each object's name and definition."""
    cursor.execute(_STATE)
    rows = cursor.fetchall()
    return {name: "\n".join(sorted(text for other, text in rows if other == name)) for name, _text in rows}
