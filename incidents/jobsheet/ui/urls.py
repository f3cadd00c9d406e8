"""Pages of a job's sheet."""

from django.urls import path

from incidents.jobsheet.ui import entries, files, invoices, own_papers, report, sheet

app_name = "jobsheet"
urlpatterns = [
    path("jobs/<int:job_id>/sheet/", sheet.sheet, name="sheet"),
    path("jobs/<int:job_id>/entries/", entries.entry, name="entry"),
    path("jobs/<int:job_id>/files/", files.file_new, name="file_new"),
    path("jobs/<int:job_id>/files/<uuid:key>/", files.piece, name="piece"),
    path("jobs/<int:job_id>/evidence/<int:evidence_id>/", files.evidence, name="evidence"),
    path("jobs/<int:job_id>/report/", report.report, name="report"),
    path("jobs/<int:job_id>/report/reopen/", report.report_reopen, name="report_reopen"),
    path("jobs/<int:job_id>/report/sign/", report.sign, name="sign"),
    path("jobs/<int:job_id>/report/read/", report.firm_report, name="firm_report"),
    path("jobs/<int:job_id>/report/plain.pdf", report.report_pdf, {"audience": "plain"}, name="report_plain"),
    path("jobs/<int:job_id>/report/full.pdf", report.report_pdf, {"audience": "full"}, name="report_full"),
    path("jobs/<int:job_id>/invoice/", invoices.invoice, name="invoice"),
    path("jobs/<int:job_id>/invoice/withdraw/", invoices.invoice_withdraw, name="invoice_withdraw"),
    path("jobs/<int:job_id>/invoice.pdf", invoices.invoice_pdf, name="invoice_pdf"),
    path("vendor/papers/", own_papers.paper_list, name="own_papers"),
    path("vendor/papers/<int:job_id>/report.pdf", own_papers.own_report, name="own_report"),
    path("vendor/papers/<int:job_id>/invoice.pdf", own_papers.own_invoice, name="own_invoice"),
    path("office/invoices/", invoices.invoices, name="invoices"),
    path("office/invoices/<int:invoice_id>/", invoices.invoice_settle, name="invoice_settle"),
]
