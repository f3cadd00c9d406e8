"""Where a box and its orders stand, and who moves them on. Drawn in docs/states.md."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from base.moves import Move, Party, by


class SensorState(TextChoices):
    """Where a box is on its way to protecting (OSK 4.3.1.1)."""

    PREPARED = "prepared", _("準備中")
    SHIPPED = "shipped", _("発送済み")
    ARRIVED = "arrived", _("到着")
    ACTIVE = "active", _("稼働中")
    RETIRED = "retired", _("返却・廃止")


class OrderState(TextChoices):
    """What a box said of an order."""

    WAITING = "waiting", _("機器の応答待ち")
    APPLIED = "applied", _("適用済み")
    REFUSED = "refused", _("機器が受け付けませんでした")
    ROLLED_BACK = "rolled_back", _("適用後に元へ戻しました")


_ARRIVES = by(Party.FIRM, Party.DESK, Party.ANALYST)
_STARTS = by(Party.BOX)  # by its one-time code, also when nobody reported where it is
_ENDS = by(Party.RULE, reason=True)  # whoever runs the platform, by its command line

SENSOR_MOVES: dict[SensorState, dict[SensorState, Move]] = {
    SensorState.PREPARED: {
        SensorState.SHIPPED: by(Party.DESK, Party.ANALYST),
        SensorState.ARRIVED: _ARRIVES,
        SensorState.ACTIVE: _STARTS,
        SensorState.RETIRED: _ENDS,
    },
    SensorState.SHIPPED: {
        SensorState.ARRIVED: _ARRIVES,
        SensorState.ACTIVE: _STARTS,
        SensorState.RETIRED: _ENDS,
    },
    SensorState.ARRIVED: {SensorState.ACTIVE: _STARTS, SensorState.RETIRED: _ENDS},
    SensorState.ACTIVE: {SensorState.RETIRED: _ENDS},
    SensorState.RETIRED: {},
}

_ANSWERS = (OrderState.APPLIED, OrderState.REFUSED, OrderState.ROLLED_BACK)
# A box's newest report counts: it may apply an order and take it back, or try a refused one again.
ORDER_MOVES: dict[OrderState, dict[OrderState, Move]] = {
    old: {new: by(Party.BOX) for new in _ANSWERS if new != old} for old in OrderState
}
