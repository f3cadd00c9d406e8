"""What a vendor bills for a job (incidents.jobsheet.invoicing). Only its state ever changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.work import OfJob
from incidents.states.invoice import InvoiceState, Rounding
from tenants.models import Organisation

INVOICE_STATES = [
    (InvoiceState.ISSUED.value, _("発行済み")),
    (InvoiceState.RETURNED.value, _("差戻し")),
    (InvoiceState.SETTLED.value, _("精算済み")),
    (InvoiceState.VOID.value, _("取消し")),
]
ROUNDINGS = [
    (Rounding.DOWN.value, _("切捨て")),
    (Rounding.HALF_UP.value, _("四捨五入")),
    (Rounding.UP.value, _("切上げ")),
]


class Invoice(OfJob):
    """An invoice as it was issued. A wrong one is withdrawn and another issued."""

    # Beside the job, because the office settles invoices and reads no jobs.
    job_number = models.PositiveIntegerField(_("作業番号"))
    vendor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("発行者"))
    number = models.CharField(_("請求書番号"), max_length=40)
    registration_number = models.CharField(_("登録番号"), max_length=14, blank=True)  # empty: exempt from the tax
    tax_included = models.BooleanField(_("税込"))
    rounding = models.CharField(_("端数"), max_length=8, choices=ROUNDINGS)
    lines = models.JSONField()
    # As they stood on the day: name, postal_code, address, phone, and account (or None) with the bank's letters.
    issuer = models.JSONField(default=dict, db_default={})
    due_on = models.DateField(_("支払期限"), null=True)
    work_first = models.DateField(null=True)
    work_last = models.DateField(null=True)
    total_yen = models.PositiveIntegerField(_("合計(税込)"))
    tax_yen = models.PositiveIntegerField(_("うち消費税"))
    # From the job's sheet, for what the programme's terms pay the vendor.
    minutes = models.PositiveIntegerField(_("作業と移動の時間"))
    on_site = models.BooleanField(_("訪問あり"))
    issued_at = models.DateTimeField(_("発行"))
    state = models.CharField(_("状態"), max_length=9, choices=INVOICE_STATES, default=InvoiceState.ISSUED.value)
    state_at = models.DateTimeField()
    state_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    state_reason = models.CharField(_("理由"), max_length=300, blank=True)

    class Meta(OfJob.Meta):
        verbose_name = _("請求書")
        constraints = [
            *OfJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "job"], condition=~models.Q(state="void"), name="invoice_one_per_job"
            ),
            models.CheckConstraint(condition=models.Q(tax_yen__lte=models.F("total_yen")), name="invoice_tax_part"),
        ]
