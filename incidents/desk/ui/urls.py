"""Addresses of the desk's work: calls, cases, incidents by hand; the firm's talks with the desk."""

from django.urls import path

from incidents.desk.ui import calls, cases, incident_tidy, live, talks

app_name = "desk"
urlpatterns = [
    path("desk/stamp/", live.stamp, name="stamp"),
    path("desk/presence/<int:tenant_id>/<str:subject>/<int:subject_id>/", live.presence, name="presence"),
    path("desk/call/", calls.call, name="call"),
    path("desk/calls/<int:tenant_id>/<int:contact_id>/", calls.contact, name="contact"),
    path("desk/cases/<int:tenant_id>/<int:case_id>/", cases.case, name="case"),
    path("desk/cases/<int:tenant_id>/<int:case_id>/sheet.pdf", cases.sheet, name="sheet"),
    path("soc/requests/", cases.requests, name="requests"),
    path("desk/incidents/<int:tenant_id>/<int:number>/tidy/", incident_tidy.incident_tidy, name="incident_tidy"),
    path("desk/firms/<int:tenant_id>/incident/", incident_tidy.incident_new, name="incident_new"),
    path("talks/", talks.talks, name="talks"),
    path("talks/new/", talks.talk_new, name="talk_new"),
    path("talks/call-me/", talks.call_me, name="call_me"),
    path("talks/<int:number>/", talks.talk, name="talk"),
]
