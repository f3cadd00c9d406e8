"""Named writes of articles and ready answers. All need the open scope of a person of the programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from base.moves import MoveRefused, Party, require_move
from incidents.knowledge.rules import places_in
from incidents.knowledge.tokens import vector
from incidents.models import Article, ReadyAnswer
from incidents.states.article import ARTICLE_MOVES, ArticleState
from tenants.audit.record import audit_record
from tenants.models import User


class SecondLook(MoveRefused):
    """Who wrote it cannot be the one who checks it."""


@dataclass(frozen=True)
class Words:
    """What an article says."""

    title: str
    answer: str
    steps: str
    signatures: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def vector(self) -> str:
        """For the search, the title and the words first."""
        names = " ".join([*self.signatures, *self.families])
        weighted = [("A", self.title), ("A", " ".join(self.words)), ("B", names), ("C", self.answer), ("D", self.steps)]
        return vector(weighted)


def lines(text: str) -> tuple[str, ...]:
    """One value a line, each once, without empty ones."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


@transaction.atomic
def article_write(
    *, programme_id: int, words: Words, by: User, now: datetime, replaces: Article | None = None
) -> Article:
    """A new draft. `replaces`: the published article whose place it takes once it has been checked.

    A draft that is to take the same place exists already: that one is changed instead. Raises MoveRefused.
    """
    if replaces is not None:
        if replaces.state != ArticleState.PUBLISHED:
            raise MoveRefused("only what is published is replaced")
        open_draft = Article.objects.filter(replaces=replaces).exclude(
            state__in=[ArticleState.RETIRED, ArticleState.PUBLISHED]
        )
        if draft := open_draft.first():
            return article_change(article_id=draft.pk, words=words, by=by, now=now)
    made: Article = Article.objects.create(
        programme_id=programme_id,
        written_by=by,
        written_at=now,
        replaces=replaces,
        search=words.vector(),
        **_columns(words),
    )
    audit_record(code="article.written", subject=f"article:{made.pk}", replaces=replaces.pk if replaces else None)
    return made


@transaction.atomic
def article_change(*, article_id: int, words: Words, by: User, now: datetime) -> Article:
    """Change a draft; one that waited for its second look is a draft again. Raises MoveRefused for any other."""
    article = _locked(article_id)
    if article.state not in {ArticleState.DRAFT, ArticleState.WAITING}:
        raise MoveRefused("only a draft is changed")
    for name, value in _columns(words).items():
        setattr(article, name, value)
    article.search, article.written_by, article.written_at = words.vector(), by, now
    article.state = ArticleState.DRAFT
    article.save(update_fields=[*_columns(words), "search", "written_by", "written_at", "state"])
    audit_record(code="article.changed", subject=f"article:{article.pk}")
    return article


@transaction.atomic
def article_move(
    *, article_id: int, to: ArticleState, party: Party, by: User, now: datetime, remark: str = ""
) -> Article:
    """Hand in, publish, send back, retire. Publishing retires the one it replaces.

    Raises MoveRefused, ReasonMissing for sending back without a reason, SecondLook for publishing one's own.
    """
    article = _locked(article_id)
    require_move(ARTICLE_MOVES, article.state, to, party=party, reason=remark)
    if to == ArticleState.PUBLISHED:
        if article.written_by_id == by.pk:
            raise SecondLook("one's own")
        article.checked_by, article.checked_at = by, now
        if article.replaces_id is not None:
            old = _locked(article.replaces_id)
            if old.state == ArticleState.PUBLISHED:
                _state(old, ArticleState.RETIRED)
    article.remark = remark.strip()[:300] if to == ArticleState.DRAFT else ""
    _state(article, to)
    audit_record(code=f"article.{to}", subject=f"article:{article.pk}")
    return article


@transaction.atomic
def ready_answer_write(
    *, programme_id: int, title: str, text: str, by: User, now: datetime, answer_id: int | None = None
) -> ReadyAnswer:
    """Store a ready answer, or change one. Raises PlaceUnknown for a place nobody fills in."""
    places_in(text)
    if answer_id is None:
        made: ReadyAnswer = ReadyAnswer.objects.create(
            programme_id=programme_id, title=title, text=text, changed_by=by, changed_at=now
        )
    else:
        made = ReadyAnswer.objects.select_for_update().get(pk=answer_id, programme_id=programme_id)
        made.title, made.text, made.changed_by, made.changed_at = title, text, by, now
        made.save(update_fields=["title", "text", "changed_by", "changed_at"])
    audit_record(code="ready_answer.written", subject=f"ready_answer:{made.pk}")
    return made


def ready_answer_retire(*, answer_id: int, by: User, now: datetime) -> None:
    """Retire a ready answer."""
    ReadyAnswer.objects.filter(pk=answer_id, retired_at__isnull=True).update(
        retired_at=now, changed_by=by, changed_at=now
    )
    audit_record(code="ready_answer.retired", subject=f"ready_answer:{answer_id}")


def _columns(words: Words) -> dict[str, str | list[str]]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(words).items()}


def _locked(article_id: int) -> Article:
    article: Article = Article.objects.select_for_update().get(pk=article_id)
    return article


def _state(article: Article, to: ArticleState) -> None:
    article.state = to
    article.save(update_fields=["state", "checked_by", "checked_at", "remark"])


def cleaned(values: Iterable[str], longest: int) -> tuple[str, ...]:
    """Values cut to what the column holds."""
    return tuple(dict.fromkeys(value[:longest] for value in values if value))
