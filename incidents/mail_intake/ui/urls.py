"""Addresses of the mails that came to the desk."""

from django.urls import path

from incidents.mail_intake.ui import desk_mail

app_name = "desk_mail"
urlpatterns = [
    path("desk/mail/", desk_mail.mail_list, name="list"),
    path("desk/mail/<int:mail_id>/", desk_mail.mail, name="mail"),
    path("desk/mail/<int:mail_id>/files/<int:part>/", desk_mail.mail_file, name="file"),
]
