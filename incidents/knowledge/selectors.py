"""Named reads of articles: found by words, suggested for a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from alerts.models import AlertGroup
from incidents.knowledge.rules import (
    ADDRESS_HEAD,
    NAME_HEAD,
    SHORTEST_ADDRESS,
    SHORTEST_NAME,
    Trace,
    bare,
    pieces,
    traces,
)
from incidents.knowledge.tokens import query_about, query_typed
from incidents.models import Article, Incident, ReadyAnswer
from incidents.states.article import ArticleState
from tenants.selectors import firms
from tenants.tenancy.doors import firms_in_words

MOST_SUGGESTED = 5
MOST_NAMED = 200  # firms that one text is said to name
# Weights of D, C, B, A: a word of the title weighs more than one of the steps.
WEIGHTS = [0.1, 0.2, 0.6, 1.0]
# PostgreSQL's rank of "any of these" is the mean over what was asked, 0.61 × weight for one place. So this asks for one
# word in the title, the names or the words, or several in the text.
LEAST_SUM = 0.3


class TokenQuery(SearchQuery):
    """A query written by knowledge.tokens: taken as it is, past PostgreSQL's parsers and dictionaries."""

    function = ""
    template = "(%(expressions)s)::tsquery"

    def __init__(self, written: str) -> None:
        super().__init__(written, search_type="raw")


@dataclass(frozen=True)
class Suggestion:
    """An article, and why it is suggested: the same detection, the same kind, or words."""

    article: Article
    because: str


def articles_matching(typed: str, *, states: Iterable[str] = (ArticleState.PUBLISHED,)) -> QuerySet[Article]:
    """Articles the person may read that hold everything typed, the best first. Nothing typed: all, newest first."""
    rows: QuerySet[Article] = Article.objects.filter(state__in=list(states)).select_related("written_by", "programme")
    wanted = query_typed(typed)
    if not wanted:
        return rows.order_by("-written_at", "-pk")
    query = TokenQuery(wanted)
    return (
        rows.filter(search=query)
        .annotate(rank=SearchRank(F("search"), query, weights=WEIGHTS))
        .order_by("-rank", "-pk")
    )


def suggestions(
    *, programme_id: int, signatures: Iterable[str] = (), families: Iterable[str] = (), text: str = ""
) -> list[Suggestion]:
    """At most five published articles of a programme for a case: same signature, then same family, then words."""
    same, kin, about = list(signatures), list(families), query_about(text)
    rows = Article.objects.filter(programme_id=programme_id, state=ArticleState.PUBLISHED)
    fits = Q(signatures__overlap=same) | Q(families__overlap=kin)
    if about:
        query = TokenQuery(about)
        rows = rows.annotate(rank=SearchRank(F("search"), query, weights=WEIGHTS))
        fits |= Q(search=query, rank__gte=LEAST_SUM / (about.count("'") // 2))
    else:
        rows = rows.annotate(rank=Value(0.0))
    close = Case(
        When(signatures__overlap=same, then=2),
        When(families__overlap=kin, then=1),
        default=0,
        output_field=IntegerField(),
    )
    articles = rows.filter(fits).annotate(close=close).order_by("-close", "-rank", "-pk")[:MOST_SUGGESTED]
    because = ("words", "family", "signature")
    return [Suggestion(article, because[article.close]) for article in articles]


def suggestions_for(*, programme_id: int, incident: Incident | None, text: str = "") -> list[Suggestion]:
    """The same for an incident (None: a case without one) and what was said about it."""
    groups = list(groups_of(incident)) if incident else []
    signatures = [group.signature for group in groups]
    families = [incident.family] if incident and incident.family else []
    return suggestions(programme_id=programme_id, signatures=signatures, families=families, text=text)


def traces_in(text: str) -> list[Trace]:
    """What in a text could tell who it is about, with the names and addresses of firms in reach.

    Asked by the text's own letters: it costs what the text is long, however many firms there are.
    """
    bared = bare(text)
    named = firms_in_words(
        bared,
        heads=pieces(bared, SHORTEST_NAME, NAME_HEAD),
        places=pieces(bared, SHORTEST_ADDRESS, ADDRESS_HEAD),
        most=MOST_NAMED,
    )
    return traces(text, firms().filter(pk__in=named).values_list("name", "address"))


def groups_of(incident: Incident) -> QuerySet[AlertGroup]:
    """The detections of an incident."""
    linked: QuerySet[AlertGroup] = AlertGroup.objects.filter(
        tenant_id=incident.tenant_id, incidentgroup__incident_id=incident.pk
    )
    return linked.order_by("-last_at")


def malware_articles() -> QuerySet[Article]:
    """Published articles about something that was detected: what vendors asked for (OSK 表4-34 ⑧)."""
    return articles_matching("").filter(~Q(signatures=[]) | ~Q(families=[]))


def ready_answers(programme_id: int) -> list[ReadyAnswer]:
    """Those in use, by title."""
    return list(ReadyAnswer.objects.filter(programme_id=programme_id, retired_at__isnull=True))


def replaced_by(article: Article) -> Article | None:
    """The draft that is to take a published article's place."""
    draft: Article | None = (
        Article.objects.filter(replaces=article)
        .exclude(state__in=[ArticleState.RETIRED, ArticleState.PUBLISHED])
        .first()
    )
    return draft


def articles() -> QuerySet[Article]:
    """Every article the person may read, with the people and the article it replaces."""
    return Article.objects.select_related("programme", "written_by", "checked_by", "replaces")


def articles_waiting() -> QuerySet[Article]:
    """Articles that wait for a second look, the oldest first."""
    return Article.objects.filter(state=ArticleState.WAITING).order_by("written_at")


def drafts() -> QuerySet[Article]:
    """Articles somebody writes at."""
    return Article.objects.filter(state=ArticleState.DRAFT)


def articles_in_use() -> QuerySet[Article]:
    """Articles that may be changed: all but the retired."""
    return Article.objects.exclude(state=ArticleState.RETIRED)


def ready_answers_in_use() -> QuerySet[ReadyAnswer]:
    """Ready answers of all programmes in reach that are not retired."""
    return ReadyAnswer.objects.filter(retired_at__isnull=True)


def ready_answer(*, programme_id: int, pk: int) -> ReadyAnswer | None:
    """One in use; None when the programme has none of that number."""
    return ready_answers_in_use().filter(pk=pk, programme_id=programme_id).first()
