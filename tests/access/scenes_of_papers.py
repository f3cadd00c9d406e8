"""Scenes of tests/access/scenes.py: a vendor's own papers of finished jobs, and how many firms reported a file."""

from __future__ import annotations

from tests.access.scenes import played


def _copy(table: str, changes: str, of: str) -> str:
    return (
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) ||"
        f" jsonb_build_object({changes}, 'key', gen_random_uuid()))).* FROM {table} t WHERE {of};"
    )


# Two jobs of the firm are over, each with a report, a mark and an invoice.
OVER = (
    "UPDATE incidents_job SET state = 'closed' WHERE id IN ({job}, {settled});"
    "UPDATE incidents_invoice SET total_yen = 333 WHERE id = {invoice};"
    "DELETE FROM incidents_invoice WHERE job_id = {settled};"
    + _copy(
        "incidents_jobreport",
        "'id', 900, 'job_id', {settled}::bigint, 'version', 9, 'entered_at', now() - interval '3 years'",
        "t.job_id = {job}",
    )
    + _copy("incidents_signoff", "'id', 900, 'job_id', {settled}::bigint, 'report_id', 900", "t.job_id = {job}")
    + _copy("incidents_invoice", "'id', 902, 'job_id', {settled}::bigint, 'total_yen', 222", "t.id = {invoice}")
)
LEFT = (
    "UPDATE tenants_membership SET valid = tstzrange(now() - interval '2 s', now() - interval '1 s')"
    " WHERE organisation_id = {vendor}"
)
VOID = "UPDATE incidents_invoice SET state = 'void' WHERE id = {invoice}"
ANOTHERS = "UPDATE incidents_invoice SET vendor_id = {stranger} WHERE id = {invoice}"
AGED = "UPDATE incidents_jobreport SET entered_at = now() - interval '10 years 1 day' WHERE job_id = {job}"
WORKING = "UPDATE incidents_job SET state = 'working' WHERE id = {job}"
PAPER = (
    "SELECT (report ->> 'job_id')::bigint = {job}, mark ->> 'report_id' = report ->> 'id',"
    " (invoice ->> 'total_yen')::int FROM sec.own_paper({job})"
)
LIST = (
    "SELECT job_id = {job}, reported_at > now() - interval '2 years', total_yen FROM sec.own_papers()"
    " ORDER BY job_id DESC"
)
SECOND = (False, False, 222)
REPORTERS = "SELECT sec.file_reporters({programme}, repeat('c', 64), now() - interval '1 day')"

PAPERS = [
    *played(
        "own_paper",
        "vendor:owner",
        PAPER,
        [(True, True, 333)],
        (VOID, [(True, True, None)]),
        (LEFT, []),
        (ANOTHERS, [(True, True, None)]),
        (AGED, []),
        (WORKING, []),
        before=OVER,
    ),
    *played(
        "own_papers",
        "vendor:owner",
        LIST,
        [(True, True, 333), SECOND],
        (VOID, [(True, True, None), SECOND]),
        (ANOTHERS, [(True, True, None), SECOND]),
        (LEFT, []),
        (AGED, [SECOND]),
        (WORKING, [SECOND]),
        before=OVER,
    ),
    *played(
        "file_reporters",
        "platform's own",
        REPORTERS,
        [3],
        ("UPDATE sensors_filereport SET sha256 = repeat('d', 64) WHERE tenant_id = {firm}", [2]),
        ("UPDATE sensors_filereport SET reported_at = now() - interval '2 days' WHERE tenant_id = {firm}", [2]),
        ("UPDATE tenants_enrolment SET contract_end = current_date - 2 WHERE tenant_id = {firm}", [2]),
        ("UPDATE tenants_enrolment SET contract_end = current_date + 2 WHERE tenant_id = {firm}", [3]),
        ("UPDATE tenants_enrolment SET programme_id = {elsewhere} WHERE tenant_id = {firm}", [2]),
    ),
]
