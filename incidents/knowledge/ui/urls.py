"""Addresses of the programme's knowledge."""

from django.urls import path

from incidents.knowledge.ui import articles

app_name = "knowledge"
urlpatterns = [
    path("knowledge/", articles.article_list, name="list"),
    path("knowledge/new/", articles.article_new, name="new"),
    path("knowledge/<int:article_id>/", articles.article, name="article"),
    path("knowledge/<int:article_id>/edit/", articles.article_edit, name="edit"),
    path("knowledge/answers/", articles.answer_list, name="answers"),
    path("knowledge/answers/new/", articles.answer_edit, name="answer_new"),
    path("knowledge/answers/<int:answer_id>/", articles.answer_edit, name="answer"),
]
