"""Pages about people, their organisations and how they join."""

from django.urls import path

from tenants.ui import (
    applications,
    apply,
    firm_lists,
    invitation,
    members,
    organisation,
    place,
    profile,
    security,
    switch,
    tokens,
)

app_name = "tenants"
urlpatterns = [
    path("office/firms/enter/", firm_lists.entering, name="firm_entering"),
    path("office/firms/enter/look/", firm_lists.preview, name="firm_preview"),
    path("office/firms/enter/going/", firm_lists.progress, name="firm_progress"),
    path("office/firms/enter/list.csv", firm_lists.columns_file, {"form": "csv"}, name="firm_columns_csv"),
    path("office/firms/enter/list.xlsx", firm_lists.columns_file, {"form": "xlsx"}, name="firm_columns_xlsx"),
    path("account/security/", security.my_security, name="security"),
    path("account/security/sessions/", security.sessions_end, name="sessions_end"),
    path("account/security/hint/", security.hint_dismiss, name="hint_dismiss"),
    path("account/profile/", profile.profile, name="profile"),
    path("place/", place.place, name="place"),
    path("account/second-factor/", security.second_factor_required, name="second_factor_required"),
    path("account/welcome/", security.welcome, name="welcome"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/edit/", organisation.organisation_edit, name="organisation_edit"),
    path("organisation/members/", members.member_list, name="members"),
    path("organisation/members/invite/", members.invite, name="invite"),
    path("organisation/members/<int:membership_id>/", members.member, name="member"),
    path("organisation/invitations/<int:invitation_id>/", members.invitation_change, name="invitation_change"),
    path("switch/", switch.switch, name="switch"),
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/<int:token_id>/end/", tokens.token_end, name="token_end"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("apply/", apply.programmes, name="apply_choose"),
    path("apply/<int:programme_id>/", apply.apply, name="apply"),
    path("apply/<int:programme_id>/thanks/", apply.thanks, name="apply_thanks"),
    path("office/applications/", applications.application_list, name="applications"),
    path("office/applications/<uuid:application_id>/", applications.application, name="application"),
]
