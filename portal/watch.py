"""Whether work gets done: what waits, since when, and whom to inform when it waits too long.

All of it is read from PostgreSQL, so it can be told while Redis hangs or every worker stands still. `manage.py watch`
runs beside the workers and mails the operator by itself, not through the outbox: the outbox may be what stands.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.pulses import pulses

_log = logging.getLogger(__name__)
PULSE = "queue:"
DATABASE = "database"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Kind of work → how long the oldest may wait; none: it waits for a person. Far above what is usual (seconds).
LIMITS: dict[str, timedelta | None] = {
    "batch": timedelta(minutes=10),
    "batch_aside": None,
    "detection": timedelta(minutes=5),
    "mail": timedelta(minutes=10),
    "post": timedelta(minutes=10),
    "account_mail": timedelta(minutes=10),
    "desk_mail": timedelta(minutes=15),
    "attention": timedelta(minutes=15),
    "report": timedelta(hours=12),
}
PULSE_LIMIT = timedelta(minutes=5)
MAIL_AGAIN_AFTER = timedelta(hours=1)
WORDS = {
    "batch": _("センサーの記録(処理待ち)"),
    "batch_aside": _("取り分けたセンサーの記録"),
    "detection": _("重要度の高い検知(インシデントの前)"),
    "mail": _("会社・協力機関へのメール"),
    "post": _("会社へのチャット・電話などのお知らせ"),
    "account_mail": _("利用者本人へのメール"),
    "desk_mail": _("窓口に届いたメール"),
    "attention": _("窓口の仕事になる前の依頼"),
    "report": _("月次レポート"),
}


@dataclass(frozen=True)
class Waiting:
    """One kind of work. `since`: when the oldest began to wait, None when nothing does; `limit` None: none applies."""

    kind: str
    count: int
    since: datetime | None
    limit: timedelta | None

    def age(self, now: datetime) -> timedelta:
        """How long the oldest has waited."""
        return max(now - self.since, timedelta()) if self.since else timedelta()

    def is_late(self, now: datetime) -> bool:
        """Whether a person has to look."""
        return self.limit is not None and self.age(now) > self.limit


def work_waiting() -> list[Waiting]:
    """What waits in PostgreSQL over all firms, by kind. Needs no scope: numbers and times only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, how_many, since FROM sec.waiting_work()")
        return [Waiting(kind, count, since, LIMITS[kind]) for kind, count, since in cursor.fetchall()]


def queues_waiting(now: datetime) -> list[Waiting]:
    """Each queue by its worker's last sign of life: as old as the oldest task in it. Never a sign: since long ago."""
    signs = pulses()
    never = now - 10 * PULSE_LIMIT
    names = [str(queue.name) for queue in current_app.conf.task_queues]
    return [Waiting(PULSE + name, 0, signs.get(name, never), PULSE_LIMIT) for name in names]


def everything_waiting(now: datetime) -> list[Waiting]:
    """Work, then queues."""
    return [*work_waiting(), *queues_waiting(now)]


class Watch:
    """Informs the operator once an hour of what is late, and once when it is late no more."""

    def __init__(self) -> None:
        self._mailed_at: dict[str, datetime] = {}

    def look(self, now: datetime) -> list[str]:
        """One round. → what is late. Raises nothing: a watch that ends watches nothing."""
        try:
            late = [waiting for waiting in everything_waiting(now) if waiting.is_late(now)]
        except Exception as problem:
            connection.close()
            _log.error("the database does not answer: %s", problem)
            late = [Waiting(DATABASE, 0, now, None)]
        names = [waiting.kind for waiting in late]
        fresh = [name for name in names if now - self._mailed_at.get(name, now - MAIL_AGAIN_AFTER) >= MAIL_AGAIN_AFTER]
        over = sorted(set(self._mailed_at) - set(names))
        if fresh and self._mail_operator(gettext("止まっている仕事があります"), _lines(late, now)):
            self._mailed_at |= dict.fromkeys(names, now)
        if over and self._mail_operator(gettext("止まっていた仕事が再び動いています"), over):
            for name in over:
                del self._mailed_at[name]
        return names

    def _mail_operator(self, subject: str, lines: Iterable[str]) -> bool:
        """Mail the operator. → whether the mail server took it; if not, the next round tries again."""
        text = "\n".join([*lines, "", f"{settings.PORTAL_URL}/readyz", "docs/operations.md"])
        _log.error("%s: %s", subject, text.replace("\n", "; "))
        if not settings.OPERATOR_EMAIL:
            return True
        try:
            mail = EmailMessage(f"[otasuke] {subject}", text, to=[settings.OPERATOR_EMAIL])
            get_connection(SMTP).send_messages([mail])
        except OSError as problem:  # SMTPException is one
            _log.error("the operator could not be told by mail: %s", problem)
            return False
        return True


def _lines(late: Iterable[Waiting], now: datetime) -> list[str]:
    return [
        f"{waiting.kind}: {waiting.count}, {int(waiting.age(now).total_seconds() // 60)} min"
        if waiting.kind != DATABASE
        else gettext("データベースが応答しません")
        for waiting in late
    ]


def now_waiting() -> tuple[datetime, list[Waiting]]:
    """This moment and everything that waits."""
    now = timezone.now()
    return now, everything_waiting(now)
