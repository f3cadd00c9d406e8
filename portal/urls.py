"""Pages of a firm, and the door of everybody else."""

from django.urls import path

from incidents.breach.ui import breach
from incidents.crisis.ui import call_booking, early_warnings
from incidents.desk.ui import talks
from portal.programme_fields import SETTINGS
from portal.ui import alerts, audit_trail, glass, home, incident, partner_home, readiness
from reports.ui import figures as office_figures
from reports.ui import reports
from surveys.ui import hearing
from tenants.ui import switch, tokens
from tenants.ui.programme import programme_settings, programme_settings_change

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:group_id>/", alerts.alert_detail, name="alert"),
    path("alerts/<int:group_id>/help/", alerts.alert_wish, name="alert_wish"),
    path("incidents/<int:number>/", incident.incident, name="incident"),
    path("incidents/<int:number>/breach/", breach.breach, name="breach"),
    path("incidents/<int:number>/breach.txt", breach.breach_text, name="breach_text"),
    path("call/<str:token>/", call_booking.call_book_page, name="call_book"),
    path("warnings/", early_warnings.warning_list, name="warnings"),
    path("jobs/<int:job_id>/hearing/", hearing.hearing, name="job_hearing"),
    path("talks/", talks.talks, name="talks"),
    path("talks/new/", talks.talk_new, name="talk_new"),
    path("talks/call-me/", talks.call_me, name="call_me"),
    path("talks/<int:number>/", talks.talk, name="talk"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/<month:month>.pdf", reports.report_pdf, name="report_pdf"),
    path("audit/", audit_trail.audit_trail, name="audit_trail"),
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/<int:token_id>/end/", tokens.token_end, name="token_end"),
    path("switch/", switch.switch, name="switch"),
    path("glass/break/", glass.glass_break, name="glass_break"),
    path("glass/<int:firm_id>/", glass.glass_firm, name="glass_firm"),
    path("operations/", readiness.operations, name="operations"),
    path("office/firms/", partner_home.firm_list, name="office_firms"),
    path("office/firms/<int:tenant_id>/", partner_home.firm_page, name="office_firm"),
    path("office/firms.csv", partner_home.firm_file, {"kind": "csv"}, name="office_firms_file"),
    path("office/firms.xlsx", partner_home.firm_file, {"kind": "xlsx"}, name="office_firms_book"),
    path("office/figures/", office_figures.figures, name="office_figures"),
    path("office/figures/<str:name>", office_figures.figures_file, name="office_figures_file"),
    path("office/settings/", programme_settings, {"settings": SETTINGS}, name="programme_settings"),
    path(
        "office/settings/change/", programme_settings_change, {"settings": SETTINGS}, name="programme_settings_change"
    ),
]
