"""Addresses of the contacts of a firm, and of the links in messages to them."""

from django.urls import path

from notifications.ui import contacts, links

app_name = "notices"
urlpatterns = [
    path("organisation/notices/", contacts.contact_list, name="list"),
    path("organisation/notices/new/", contacts.carrier_choose, name="choose"),
    path("organisation/notices/new/<str:carrier>/", contacts.contact_new, name="new"),
    path("organisation/notices/<int:contact_id>/", contacts.contact_page, name="contact"),
    path("organisation/notices/<int:contact_id>/act/", contacts.contact_act, name="act"),
    path("notices/confirm/<str:token>/", links.confirm, name="confirm"),
    path("notices/stop/<str:token>/", links.stop, name="stop"),
]
