"""Where an article of the knowledge base stands and who may move it; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class ArticleState(StrEnum):
    """Where an article stands."""

    DRAFT = "draft"
    WAITING = "waiting"  # for a second look
    PUBLISHED = "published"
    RETIRED = "retired"


_WRITERS = by(Party.DESK, Party.ANALYST, Party.OFFICE)
ARTICLE_MOVES: dict[ArticleState, dict[ArticleState, Move]] = {
    ArticleState.DRAFT: {ArticleState.WAITING: by(Party.DESK), ArticleState.RETIRED: by(Party.DESK)},
    ArticleState.WAITING: {
        ArticleState.PUBLISHED: _WRITERS,  # never by who wrote it: services and the database
        ArticleState.DRAFT: by(Party.DESK, Party.ANALYST, Party.OFFICE, reason=True),
    },
    ArticleState.PUBLISHED: {ArticleState.RETIRED: by(Party.DESK, Party.RULE)},  # by rule: a newer one took its place
    ArticleState.RETIRED: {},
}
