"""Bank accounts of partners: where a vendor is paid, and from which account an insurer pays."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import Organisation


class BankAccount(models.Model):
    """One per partner, seen by its owners only; elsewhere the last three digits at most.

    The insurer's payment file gets the payee's account through sec.claim_payees, for claims it has approved.
    """

    class Type(models.TextChoices):
        """預金種目 of the transfer format."""

        ORDINARY = "1", _("普通")
        CURRENT = "2", _("当座")
        SAVINGS = "4", _("貯蓄")
        OTHER = "9", _("その他")

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    bank_code = models.CharField(_("銀行番号"), max_length=4)
    bank_kana = models.CharField(_("銀行名(カナ)"), max_length=15)
    branch_code = models.CharField(_("支店番号"), max_length=3)
    branch_kana = models.CharField(_("支店名(カナ)"), max_length=15)
    type = models.CharField(_("預金種目"), max_length=1, choices=Type, default=Type.ORDINARY)
    number = models.CharField(_("口座番号"), max_length=7)
    holder_kana = models.CharField(_("口座名義(カナ)"), max_length=40)
    # Only who pays has one: the bank gives it with the contract for transfer files.
    client_code = models.CharField(_("振込依頼人コード"), max_length=10, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("振込口座")

    def __str__(self) -> str:
        return f"{self.organisation_id} …{self.number[-3:]}"
