"""Mails to a programme's desk, before and after they became contacts; of a programme, because any sender may write."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.states.mail import FileVerdict, MailState
from tenants.models import Organisation, Programme

MAIL_STATES = [
    (MailState.WAITING.value, _("処理待ち")),
    (MailState.DONE.value, _("受付済み")),
    (MailState.ASIDE.value, _("取り分け")),
    (MailState.SETTLED.value, _("取り分けを確認済み")),
]
FILE_VERDICTS = [
    (FileVerdict.WAITING.value, _("検査待ち")),
    (FileVerdict.CLEAN.value, _("検査済み")),
    (FileVerdict.INFECTED.value, _("ウイルスを検出")),
    (FileVerdict.NOT_LOOKED_INTO.value, _("中身を調べられませんでした")),
    (FileVerdict.UNSCANNED.value, _("検査していません")),
    (FileVerdict.TOO_LARGE.value, _("大きすぎて検査できません")),
]


class DeskMail(models.Model):
    """One mail. Its bytes lie in incidents.mail_intake.store under `sha256`; `identity` is what makes it this mail."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    mailbox = models.CharField(max_length=254)
    identity = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(_("状態"), max_length=12, choices=MAIL_STATES, default=MailState.WAITING.value)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    taken_at = models.DateTimeField(_("受信"))
    message_id = models.CharField(max_length=250, blank=True)
    sender = models.CharField(_("差出人"), max_length=254, blank=True)
    sender_name = models.CharField(_("差出人の名前"), max_length=120, blank=True)
    subject = models.CharField(_("件名"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("送信"), null=True)
    automatic = models.BooleanField(default=False)
    text = models.TextField(_("本文"), default="", db_default="")  # read once, by a worker: no page parses a mail
    # What was too long, too deep or too much to be read is in the stored mail only.
    read_in_part = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    firm = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    # incidents_contact of `firm`, or of no firm.
    contact_id = models.BigIntegerField(null=True)
    settled_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("窓口へのメール")
        constraints = [models.UniqueConstraint(fields=["programme", "identity"], name="desk_mail_once")]
        indexes = [
            models.Index(fields=["programme", "message_id"], name="desk_mail_thread"),
            models.Index(fields=["taken_at"], name="desk_mail_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.subject


class MailFile(models.Model):
    """A file in a mail, and what the scanner said of it. The content is read out of the stored mail."""

    mail = models.ForeignKey(DeskMail, on_delete=models.PROTECT, related_name="files")
    part = models.PositiveSmallIntegerField()
    name = models.CharField(_("名前"), max_length=150)
    kind = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=16, choices=FILE_VERDICTS, default=FileVerdict.WAITING.value)
    found = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("添付ファイル")
        ordering = ["part"]
        constraints = [models.UniqueConstraint(fields=["mail", "part"], name="mail_file_once")]

    def __str__(self) -> str:
        return self.name


class MailboxFault(models.Model):
    """What a mailbox does not do, and how often it was tried; `uid` empty: the mailbox itself does not answer.

    `over_at` None: it still does not. The case `case_id` of the programme's office informs a person.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    mailbox = models.CharField(max_length=254)
    uid = models.CharField(max_length=40, blank=True)
    tries = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)
    case_id = models.BigIntegerField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("受信箱の故障")
        constraints = [models.UniqueConstraint(fields=["programme", "mailbox", "uid"], name="mailbox_fault_once")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid}".strip()
