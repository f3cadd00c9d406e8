"""Contacts of firms, messages waiting to be sent, and things a person should look at."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from notifications.carriers.kinds import Carrier
from notifications.contact_rules import Topic
from notifications.states import NoticeContactState, OutboxState
from tenants.models.worded import data_index
from tenants.tenancy.owned import TenantOwned


class NoticeContact(TenantOwned):
    """Somebody, or a place such as a chat room, that a firm wants told, and what of: one way each.

    The address never changes: another one is another contact, confirmed anew. `is_main`: the firm's own address for
    notices, whatever it is at the moment; `address` is empty then. `secrets`: what the carrier needs and nobody reads
    (a chat's address, a key), sealed (base.sealing), as JSON; `address` shows then whose it is. `code`: the hash of
    the figures that confirm a telephone number.
    """

    State = NoticeContactState

    name = models.CharField(_("だれに"), max_length=80)
    carrier = models.CharField(_("届け方"), max_length=20, choices=Carrier)
    address = models.CharField(_("宛先"), max_length=254, blank=True)
    secrets = models.TextField(blank=True, db_default="")
    is_main = models.BooleanField(default=False, db_default=False)
    language = models.CharField(_("言語"), max_length=2, default="ja")
    serious = models.BooleanField()
    digest = models.BooleanField()
    course = models.BooleanField()
    monthly = models.BooleanField()
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True, db_default="")
    code_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("お知らせの届け先")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_main=True), name="notice_contact_one_main"
            ),
        ]
        indexes = [
            models.Index(Lower("address"), name="notice_contact_address", condition=models.Q(carrier=Carrier.MAIL)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.carrier} {self.state}"

    @property
    def topics(self) -> frozenset[Topic]:
        """What it wants."""
        return frozenset(topic for topic in Topic if getattr(self, topic.value))

    @property
    def is_active(self) -> bool:
        """Whether it is confirmed and not paused."""
        return self.state == self.State.ACTIVE


class OutboxMessage(TenantOwned):
    """A message that must go out. Written in the same transaction as what it tells; sent afterwards.

    `key` is unique per firm: writing the same message twice stores it once. The Message-ID is made from it, so
    the rare repeat (a crash between the server's 250 and the mark) is recognised by the receiver's mail program.
    Nobody reads anything out of it: which row the mail is about stands in `about_type` and `about_id` (base.about).
    What goes to several contacts is one row each: `notice` is the same for all of them and is the first one's `key`.
    `contact` is NULL for what goes to the firm's one address, or to nobody of the firm. By carriers other than mail
    goes a short text with `link` and `grade` (0–3).
    """

    State = OutboxState

    contact = models.ForeignKey(
        NoticeContact, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    carrier = models.CharField(max_length=20, choices=Carrier, default=Carrier.MAIL, db_default=Carrier.MAIL.value)
    notice = models.CharField(max_length=120, blank=True, db_default="")
    link = models.CharField(max_length=500, blank=True, db_default="")
    grade = models.PositiveSmallIntegerField(null=True)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    about_type = models.CharField(max_length=40, blank=True, db_default="")
    about_id = models.BigIntegerField(null=True)
    to = models.CharField(_("宛先"), max_length=254)
    subject = models.CharField(_("件名"), max_length=200)
    text = models.TextField()
    html = models.TextField()
    # text and html are sealed (base.sealing) while they wait: whoever may read the row may not use its link.
    sealed = models.BooleanField(default=False, db_default=False)
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    # What happened to it after it was sent, each by its first time.
    returned_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("送信メール")
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="outbox_key_once")]
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=models.Q(state="waiting")),
            models.Index(
                fields=["tenant", "about_type", "about_id"],
                name="outbox_about",
                condition=models.Q(about_id__isnull=False),
            ),
            models.Index(fields=["tenant", "notice"], name="outbox_notice", condition=~models.Q(notice="")),
            models.Index(
                fields=["tenant", "contact", "-id"],
                name="outbox_contact",
                condition=models.Q(contact__isnull=False),
            ),
            models.Index(
                fields=["tenant", "sent_at"],
                name="outbox_alert_arrived",
                condition=models.Q(kind__in=["digest", "incident"], state="sent", returned_at=None),
            ),
        ]

    @property
    def addressee(self) -> str:
        """Whom it went to: what the firm calls the contact, and the address."""
        name = self.contact.name if self.contact else ""
        return f"{name} ({self.to})" if name else self.to


class AccountMail(models.Model):
    """A mail about a person's own account: a reset, an address to confirm, a factor that changed.

    People are no firms, so there is no firm to see it: the application may add a row and nothing else. What it says,
    and to whom, is sealed; sec.claim_account_mail gives it to the sender, sec.settle_account_mail wipes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    kind = models.CharField(max_length=80)
    sealed = models.TextField()
    state = models.CharField(max_length=20, choices=OutboxMessage.State, default=OutboxMessage.State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="account_mail_due", condition=models.Q(state="waiting")),
            models.Index(fields=["created_at"], name="account_mail_old", condition=~models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Attention(TenantOwned):
    """Something a person should look at, asked for by any room; one open row per firm, kind and what it is about.

    That is a row of any room (base.about), an address that takes no mail, or without both the firm itself.
    """

    class Kind(models.TextChoices):
        """Why a person is asked."""

        BOX_SILENT = "box_silent", _("センサーから連絡がない")
        CLOCK_WRONG = "clock_wrong", _("センサーの時計が合っていない")
        MAIL_FAILED = "mail_failed", _("お知らせが届かない")
        BATCH_CONFLICT = "batch_conflict", _("センサーの記録が食い違っている")
        LINES_UNREADABLE = "lines_unreadable", _("読めない記録がある")
        BATCH_ASIDE = "batch_aside", _("センサーの記録を処理できない")
        INCIDENT_UNREAD = "incident_unread", _("重要度 高(★★★)のお知らせが読まれていない")
        CALL_ME = "call_me", _("電話がほしい")
        PROTECTION_OFF = "protection_off", _("センサーの守りが切れている")
        INSTALL_STALLED = "install_stalled", _("センサーの設置が止まっている")
        CLAIM_RETURNED = "claim_returned", _("保険会社からの質問に答える")
        DISK_FULL = "disk_full", _("センサーの記録場所が残りわずか")
        VENDOR_WANTED = "vendor_wanted", _("頼む事業者が決まっていない")
        RESPONSE_WISH = "response_wish", _("会社が初動対応を希望")

    kind = models.CharField(max_length=40, choices=Kind)
    about_type = models.CharField(max_length=40, blank=True, db_default="")
    about_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=254, blank=True, db_default="")
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("確認の依頼")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "about_type", "about_id", "address"],
                condition=models.Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="attention_open_once",
            )
        ]
        indexes = [data_index("facts", "attention_worded")]


class Pulse(models.Model):
    """When the worker of a queue last did what the scheduler asked of it: no beat for minutes, and the queue stands."""

    queue = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} {self.at}"
