"""Who turns to the desk, and every single time: a call, a mail, a message."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Case
from incidents.models.desk_owned import DeskOwned
from tenants.models.worded import figures_index, pair_index, words_index


class Caller(DeskOwned):
    """A person or telephone that turned to the desk. Two that are the same are merged; nothing is deleted."""

    name = models.CharField(_("お名前"), max_length=80, blank=True)
    firm_told = models.CharField(_("会社名(お聞きしたまま)"), max_length=120, blank=True)
    number_raw = models.CharField(_("電話番号"), max_length=60, blank=True)
    number_e164 = models.CharField(max_length=20, blank=True)
    email = models.CharField(_("メール"), max_length=254, blank=True)
    first_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", db_constraint=False
    )

    class Meta:
        verbose_name = _("連絡してきた方")
        indexes = [
            models.Index(fields=["number_e164"], name="caller_number", condition=~models.Q(number_e164="")),
            pair_index("name", "firm_told", "caller_worded"),
        ]


class Contact(DeskOwned):
    """One call, mail or message, in or out (OSK 表4-26, 4-27). Which case it is about may be found out later."""

    class Channel(models.TextChoices):
        """How they reached each other."""

        PHONE = "phone", _("電話")
        MAIL = "mail", _("メール")
        PORTAL = "portal", _("画面から")
        REMOTE = "remote", _("画面の共有")

    class Direction(models.TextChoices):
        """Who began."""

        IN = "in", _("受信")
        OUT = "out", _("発信")

    channel = models.CharField(_("手段"), max_length=10, choices=Channel)
    direction = models.CharField(_("向き"), max_length=3, choices=Direction, default=Direction.IN)
    number_raw = models.CharField(_("電話番号"), max_length=60, blank=True)
    number_e164 = models.CharField(max_length=20, blank=True)
    call_key = models.CharField(max_length=80, blank=True)  # what the telephone system calls it
    offered_at = models.DateTimeField(_("着信"))
    answered_at = models.DateTimeField(_("応答"), null=True)
    ended_at = models.DateTimeField(_("終了"), null=True)
    agent = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(
        Caller, null=True, on_delete=models.PROTECT, related_name="contacts", db_constraint=False
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="contacts", db_constraint=False)

    class Meta:
        verbose_name = _("やりとり")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "call_key"], condition=~models.Q(call_key=""), name="contact_call_once"
            ),
            models.CheckConstraint(
                name="contact_in_order",
                condition=(models.Q(answered_at__isnull=True) | models.Q(answered_at__gte=models.F("offered_at")))
                & (models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=Coalesce("answered_at", "offered_at"))),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "offered_at"], name="contact_by_case"),
            models.Index(fields=["offered_at"], name="contact_open", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["number_e164"], name="contact_number", condition=~models.Q(number_e164="")),
            models.Index(fields=["call_key"], name="contact_call_key", condition=~models.Q(call_key="")),
            words_index("number_raw", "contact_worded"),
            figures_index("number_raw", "contact_figures"),
            # The desk's list of calls that are part of no case, over all firms.
            models.Index(
                fields=["-offered_at", "-id"],
                name="contact_apart",
                condition=models.Q(channel="phone", case__isnull=True),
            ),
            # The log of all calls, over all firms.
            models.Index(fields=["-offered_at", "-id"], name="contact_log", condition=models.Q(channel="phone")),
        ]

    @property
    def outcome(self) -> str:
        """offered (it rings), talking, answered (over), abandoned (over, nobody answered)."""
        if self.answered_at is None:
            return "offered" if self.ended_at is None else "abandoned"
        return "talking" if self.ended_at is None else "answered"
