"""What the desk has learnt, for every firm of a programme: articles and ready answers. No firm's data."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.states.article import ArticleState
from tenants.models import Programme

ARTICLE_STATES = [
    (ArticleState.DRAFT.value, _("下書き")),
    (ArticleState.WAITING.value, _("確認待ち")),
    (ArticleState.PUBLISHED.value, _("公開中")),
    (ArticleState.RETIRED.value, _("終了")),
]


class Article(models.Model):
    """One way of helping, found again when the same comes up (OSK 5.2.5; 表4-34 ⑧ for vendors).

    Changing a published article makes a new row that takes its place once a second person has read it.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状態"), max_length=12, choices=ARTICLE_STATES, default=ArticleState.DRAFT.value)
    title = models.CharField(_("題名"), max_length=120)
    answer = models.TextField(_("会社への答え"), max_length=4000)
    steps = models.TextField(_("窓口と事業者の手順"), max_length=6000, blank=True)
    signatures = ArrayField(models.CharField(max_length=300), verbose_name=_("検知の名前"), default=list, blank=True)
    families = ArrayField(models.CharField(max_length=160), verbose_name=_("検知の種類"), default=list, blank=True)
    words = ArrayField(models.CharField(max_length=60), verbose_name=_("さがす言葉"), default=list, blank=True)
    # Pairs of characters with their places, made by incidents.knowledge.tokens (docs/knowledge.md says why).
    search = SearchVectorField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("書いた日時"))
    checked_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("確かめた日時"), null=True)
    remark = models.CharField(_("差し戻しの理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ナレッジ")
        constraints = [
            # A second look is somebody else's.
            models.CheckConstraint(
                name="article_second_look",
                condition=~models.Q(state="published")
                | (models.Q(checked_by__isnull=False) & ~models.Q(checked_by=models.F("written_by"))),
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=~models.Q(state="retired"), name="article_one_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReadyAnswer(models.Model):
    """A plain answer the desk sends often, with places to fill in such as {会社名}."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("題名"), max_length=80)
    text = models.TextField(_("文面"), max_length=4000)
    changed_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("定型文")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
