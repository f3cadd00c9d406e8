"""Pages of the programme's knowledge."""

from django.urls import path

from incidents.knowledge.ui import articles as knowledge

app_name = "knowledge"
urlpatterns = [
    path("", knowledge.article_list, name="list"),
    path("new/", knowledge.article_new, name="new"),
    path("<int:article_id>/", knowledge.article, name="article"),
    path("<int:article_id>/edit/", knowledge.article_edit, name="edit"),
    path("answers/", knowledge.answer_list, name="answers"),
    path("answers/new/", knowledge.answer_edit, name="answer_new"),
    path("answers/<int:answer_id>/", knowledge.answer_edit, name="answer"),
]
