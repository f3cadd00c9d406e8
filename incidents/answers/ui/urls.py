"""Addresses where firms answer notices."""

from django.urls import path

from incidents.answers.ui import answers

app_name = "answers"
urlpatterns = [
    path("alerts/<int:group_id>/answer/", answers.answer_page, name="answer"),
    path("answer/<str:token>/", answers.by_mail, name="by_mail"),
    path("answer/<str:token>/seen/", answers.seen, name="seen"),
]
