"""What a firm notes when personal data may have leaked, for its report to 個人情報保護委員会."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from incidents.states.breach import Reason
from tenants.tenancy.owned import TenantOwned

BREACH_REASONS = [
    (Reason.SENSITIVE.value, _("病歴、障害、犯罪の被害など、特に配慮が要る情報が含まれる")),
    (Reason.MONEY.value, _("クレジットカード番号や口座の暗証番号など、お金の被害につながる情報が含まれる")),
    (Reason.INTENT.value, _("ウイルスや不正アクセス、持ち出しなど、だれかが悪意で行ったおそれがある")),
    (Reason.MANY.value, _("1,000人を超える人の情報が含まれる")),
]


class BreachNote(TenantOwned):
    """One per incident. The firm writes it and reports by itself; the desk reads it to help on the phone."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="breaches", db_constraint=False)
    aware_on = models.DateField(_("漏えいのおそれを知った日"))
    reasons = ArrayField(models.CharField(max_length=12, choices=BREACH_REASONS), default=list, blank=True)
    # What the report says by incidents.breach.rules.Item.
    said = models.JSONField(default=dict)
    quick_on = models.DateField(_("速報を出した日"), null=True)
    final_on = models.DateField(_("確報を出した日"), null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("漏えい報告の控え")
        constraints = [models.UniqueConstraint(fields=["tenant", "incident"], name="breach_once")]
