"""How notices of a kind ended, counted over the firms of a programme."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import Programme

# In this order the gravest of a firm counts (sec.outcomes_count).
OUTCOMES = [
    ("real", _("本物だった、またはウイルスなどを取り除いた")),
    ("harmless", _("害のないものだった")),
    ("clean", _("検査したが、何も見つからなかった")),
    ("other", _("社員に注意を伝えるなど、ほかの対応をした")),
    ("open", _("まだ分かっていない")),
]


class OutcomeCount(models.Model):
    """So many firms of a programme had ★★ or ★★★ of a kind within twelve months before `month`, which ended like this.

    Each firm counts once a kind, with its gravest outcome. `level`: "family" (`key`: a signature family), "threat" (a
    threat family), "all" (that the month was counted, and how many firms there are). Small numbers stand here too: the
    application has no right on it and reads through sec.outcomes_alike.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    level = models.CharField(max_length=6)
    key = models.CharField(max_length=160, blank=True)
    outcome = models.CharField(max_length=8, choices=OUTCOMES, blank=True)
    firms = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "level", "key", "outcome"], name="outcome_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.key} {self.outcome} {self.firms}"
