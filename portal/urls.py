"""Pages that put several rooms on one screen."""

from django.urls import include, path

from portal.programme_fields import SETTINGS
from portal.ui import (
    alert_list,
    alerts,
    audit_trail,
    glass,
    home,
    incident,
    news,
    partner_home,
    partners,
    readiness,
    search,
    which_machine,
)
from tenants.ui.programme import programme_settings, programme_settings_change, programme_settings_withdraw

pages = [
    path("", home.home, name="home"),
    path("alerts/", alert_list.alert_list, name="alerts"),
    path("alerts/<int:group_id>/", alerts.alert_detail, name="alert"),
    path("alerts/<int:group_id>/which/", which_machine.of_alert, name="alert_which"),
    path("alerts/<int:group_id>/help/", alerts.alert_wish, name="alert_wish"),
    path("incidents/<int:number>/", incident.incident, name="incident"),
    path("news/", news.news, name="news"),
    path("news/count/", news.news_count, name="news_count"),
    path("news/seen/", news.news_mark, name="news_mark"),
    path("search/", search.search, name="search"),
    path("audit/", audit_trail.audit_trail, name="audit_trail"),
    path("glass/break/", glass.glass_break, name="glass_break"),
    path("glass/<int:firm_id>/", glass.glass_firm, name="glass_firm"),
    path("operations/", readiness.operations, name="operations"),
    path("office/firms/", partner_home.firm_list, name="office_firms"),
    path("office/firms/filters/", partner_home.firm_filters, name="office_firm_filters"),
    path("office/firms/<int:tenant_id>/", partner_home.firm_page, name="office_firm"),
    path("office/firms.csv", partner_home.firm_file, {"kind": "csv"}, name="office_firms_file"),
    path("office/firms.xlsx", partner_home.firm_file, {"kind": "xlsx"}, name="office_firms_book"),
    path("office/partners/", partners.partner_list, name="partners"),
    path("office/partners/new/<slug:part>/", partners.partner_new, name="partner_new"),
    path("office/partners/<int:organisation_id>/", partners.partner, name="partner"),
    path("office/settings/", programme_settings, {"settings": SETTINGS}, name="programme_settings"),
    path(
        "office/settings/change/", programme_settings_change, {"settings": SETTINGS}, name="programme_settings_change"
    ),
    path("office/settings/withdraw/<int:version>/", programme_settings_withdraw, name="programme_settings_withdraw"),
]
urlpatterns = [
    path("", include((pages, "portal"))),
    path("", include("portal.ui.founding_urls")),
    path("", include("portal.ui.staff_urls")),
    path("", include("portal.ui.box_urls")),
    path("", include("portal.ui.help_urls")),
    path("", include("portal.ui.vendor_urls")),
]
