"""The desk's cases: what a firm asks, what is said to it, what stays inside, whom it was handed to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.desk_owned import DeskOwned
from incidents.models.incident import Incident
from incidents.states.case import OPEN_STATES, CaseState
from tenants.models.worded import words_index

CASE_STATES = [
    (CaseState.NEW.value, _("未着手")),
    (CaseState.WORKING.value, _("対応中")),
    (CaseState.WAITING.value, _("会社の返事待ち")),
    (CaseState.ESCALATED.value, _("確認を依頼中")),
    (CaseState.SOLVED.value, _("解決")),
    (CaseState.MERGED.value, _("ほかの件にまとめた")),
]
OPEN = models.Q(state__in=tuple(state.value for state in OPEN_STATES))
ENDED = models.Q(state__in=(CaseState.SOLVED.value, CaseState.MERGED.value))


class Case(DeskOwned):
    """One matter of a firm from the first contact to the answer; contacts n–1 case n–1 incident."""

    class Category(models.TextChoices):
        """Kinds of inquiries (OSK 表4-28)."""

        BOX = "box", _("センサー")
        PORTAL = "portal", _("画面")
        ALERT = "alert", _("お知らせ")
        SECURITY = "security", _("セキュリティ")
        OTHER = "other", _("その他")

    class Channel(models.TextChoices):
        """How it came in (OSK 表4-28: apart from how it was solved)."""

        PHONE = "phone", _("電話")
        MAIL = "mail", _("メール")
        PORTAL = "portal", _("画面から")
        DESK = "desk", _("窓口から連絡")

    class Solved(models.TextChoices):
        """How it was solved."""

        PHONE = "phone", _("電話")
        MAIL = "mail", _("メール")
        PORTAL = "portal", _("画面のメッセージ")
        REMOTE = "remote", _("窓口の遠隔支援")
        VISIT = "visit", _("訪問の案内")
        BY_ITSELF = "by_itself", _("自然に解決・取り下げ")

    number = models.PositiveIntegerField(_("番号"))
    title = models.CharField(_("件名"), max_length=120)
    category = models.CharField(_("種類"), max_length=10, choices=Category, blank=True)
    topic = models.CharField(_("内容"), max_length=12, blank=True)
    channel = models.CharField(_("受付の手段"), max_length=10, choices=Channel)
    solved_by = models.CharField(_("解決の手段"), max_length=10, choices=Solved, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=CASE_STATES, default=CaseState.NEW.value)
    importance = models.PositiveSmallIntegerField(_("重要度"), default=1)
    assignee = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="cases", db_constraint=False
    )
    opened_at = models.DateTimeField(_("受付"))
    due_at = models.DateTimeField(_("目標"))
    answered_at = models.DateTimeField(_("最初の返事"), null=True)
    closed_at = models.DateTimeField(_("解決した日時"), null=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", db_constraint=False
    )
    # Counts every change: a form made from an older one is refused.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("相談")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="case_number")]
        indexes = [
            models.Index(fields=["-importance", "due_at", "id"], name="case_queue", condition=OPEN),
            # Row-level security asks for firms first: here of the few open ones, not of all there ever were.
            models.Index(fields=["tenant"], name="case_open_of_firm", condition=OPEN),
            models.Index(fields=["tenant", "-opened_at"], name="case_of_firm"),
            models.Index(fields=["tenant", "incident"], name="case_of_incident"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            # The desk's list of what is over, over all firms.
            models.Index(fields=["-closed_at", "-id"], name="case_ended", condition=ENDED),
            models.Index(fields=["topic"], name="case_of_topic"),
            models.Index(fields=["number"], name="case_numbered"),
            words_index("title", "case_worded"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def mark(self) -> str:
        """What an open page has seen; another value: something changed since."""
        return str(self.version)


class CaseEvent(DeskOwned):
    """What happened to a case: moved, merged, split, identified. Lines are added, never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_constraint=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    actor = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["tenant", "case"], name="case_event_of_case")]


class InternalNote(DeskOwned):
    """What the desk writes for itself and the SOC. No policy opens it to the firm, whatever a page does."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes", db_constraint=False)
    body = models.TextField(_("内部メモ"), max_length=4000)
    at = models.DateTimeField()
    author = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("内部メモ")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["tenant", "case"], name="note_of_case"), words_index("body", "note_worded")]


class CustomerMessage(DeskOwned):
    """What the desk and the firm say to each other. The firm reads every row of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages", db_constraint=False)
    from_firm = models.BooleanField()
    body = models.TextField(_("メッセージ"), max_length=4000)
    at = models.DateTimeField()
    author = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)  # the mail that says "there is a message" stands in the outbox

    class Meta:
        verbose_name = _("メッセージ")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["tenant", "case"], name="message_of_case"),
            models.Index(fields=["-at", "-id"], name="message_newest"),
            words_index("body", "message_worded"),
            models.Index(
                fields=["at"], name="message_untold", condition=models.Q(from_firm=False, told_at__isnull=True)
            ),
        ]


class Escalation(DeskOwned):
    """A case handed to somebody who knows more, with what is asked (OSK 4.3.2 ②)."""

    class To(models.TextChoices):
        """Whom the desk asks."""

        SOC = "soc", _("監視担当(SOC)")
        OFFICE = "office", _("事務局")
        VENDOR = "vendor", _("地域IT事業者")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations", db_constraint=False)
    to = models.CharField(_("依頼先"), max_length=10, choices=To)
    name = models.CharField(_("担当の方"), max_length=120, blank=True)
    question = models.TextField(_("お願いしたいこと"), max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(_("回答"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("引き継ぎ")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["tenant", "case"], name="escalation_of_case"),
            words_index("question", "escalation_worded"),
        ]


class DeskPresence(DeskOwned):
    """Who has a case or a task open at this moment; a row is renewed while the page is."""

    class Subject(models.TextChoices):
        """What is looked at."""

        CASE = "case", "case"
        TASK = "task", "task"

    subject = models.CharField(max_length=4, choices=Subject)
    subject_id = models.BigIntegerField()
    user = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "subject", "subject_id", "user"], name="presence_once")
        ]


class IncidentReceipt(DeskOwned):
    """Somebody of the firm has opened a ★★★, or the desk spoke to them. No pixel: pages opened, calls answered."""

    class How(models.TextChoices):
        """What shows that it was read."""

        PORTAL = "portal", _("画面を開いた")
        CALL = "call", _("電話で話した")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="receipts", db_constraint=False)
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField()
    by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "incident"], name="receipt_once")]
