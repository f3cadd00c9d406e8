"""The job sheet: time, records, evidence, report, the firm's mark, invoice.

For other rooms: `selectors.minutes_of(job_id)`, `selectors.invoice_of_job(job_id)`, `selectors.proof_of(job)`,
`paper.report_pdf(report, audience, mark)`, `selectors.watched_incident(…)`.
"""
