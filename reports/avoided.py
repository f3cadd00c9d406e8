"""What one infection may have cost the firm: an estimate with its assumptions, never a sum over what was stopped.

The formula and its example are AIC 7-1 (insurance.damage). Needs the firm's scope.
"""

from __future__ import annotations

from typing import Any, Final

from insurance.damage import DAYS_DOWN, MOST_COMPUTERS, MOST_SALES, damage_estimate
from reports.models import DailySales
from tenants.models import Organisation

# The source's own example, used and named as such where the firm's own numbers are not known.
EXAMPLE_COMPUTERS: Final = 25
EXAMPLE_SALES: Final = 1_000_000


def damage_of_one(tenant_id: int) -> dict[str, Any]:
    """Yen by part of one infection; `computers`, `sales`: the firm's own numbers, None where they are not known."""
    computers = Organisation.objects.filter(pk=tenant_id).values_list("pc_count", flat=True).first()
    computers = computers if computers and computers <= MOST_COMPUTERS else None
    sales = daily_sales_of(tenant_id)
    damage = damage_estimate(
        computers=computers or EXAMPLE_COMPUTERS, daily_sales_yen=EXAMPLE_SALES if sales is None else sales
    )
    return {
        "computers": computers,
        "sales": sales,
        "days": DAYS_DOWN,
        "parts": {part.value: yen for part, yen in damage.parts.items()},
        "total": damage.total_yen,
    }


def daily_sales_of(tenant_id: int) -> int | None:
    """The firm's sales of a day in yen as it wrote them down; None: it has not."""
    yen: int | None = DailySales.objects.filter(tenant_id=tenant_id).values_list("yen", flat=True).first()
    return yen if yen is None or 0 <= yen <= MOST_SALES else None
