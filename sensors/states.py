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


class IsolationState(TextChoices):
    """Where it stands that a box cuts a machine off from the internet."""

    WISHED = "wished", _("会社の同意待ち")
    CONSENTED = "consented", _("センサーの応答待ち")
    ORDERED = "ordered", _("センサーへ指示済み")
    APPLIED = "applied", _("切り離し中")
    RELEASING = "releasing", _("戻す指示済み")
    ENDED = "ended", _("戻しました")
    REFUSED = "refused", _("センサーが断りました")
    EXPIRED = "expired", _("期限で戻りました")


OPEN_ISOLATIONS = (
    IsolationState.WISHED,
    IsolationState.CONSENTED,
    IsolationState.ORDERED,
    IsolationState.APPLIED,
    IsolationState.RELEASING,
)
# What the box's orders name.
WANTED_ISOLATIONS = (IsolationState.CONSENTED, IsolationState.ORDERED, IsolationState.APPLIED)

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

_WISH = by(Party.FIRM, Party.DESK, Party.ANALYST)
_RELEASE = by(Party.FIRM, Party.DESK, Party.ANALYST, Party.VENDOR)
_RUNS_OUT = by(Party.BOX, Party.RULE)
ISOLATION_MOVES: dict[IsolationState, dict[IsolationState, Move]] = {
    IsolationState.WISHED: {
        IsolationState.CONSENTED: _WISH,
        IsolationState.ENDED: _RELEASE,
        IsolationState.EXPIRED: by(Party.RULE),
    },
    # The box has not asked for its orders since.
    IsolationState.CONSENTED: {
        IsolationState.ORDERED: by(Party.RULE),
        IsolationState.ENDED: _RELEASE,
        IsolationState.EXPIRED: by(Party.RULE),
    },
    IsolationState.ORDERED: {
        IsolationState.APPLIED: by(Party.BOX),
        IsolationState.REFUSED: by(Party.BOX),
        IsolationState.RELEASING: _RELEASE,
        IsolationState.ENDED: by(Party.BOX),
        IsolationState.EXPIRED: _RUNS_OUT,
    },
    IsolationState.APPLIED: {
        IsolationState.RELEASING: _RELEASE,
        IsolationState.ENDED: by(Party.BOX),
        IsolationState.EXPIRED: _RUNS_OUT,
    },
    IsolationState.RELEASING: {IsolationState.ENDED: by(Party.BOX), IsolationState.EXPIRED: _RUNS_OUT},
    IsolationState.ENDED: {},
    IsolationState.REFUSED: {},
    IsolationState.EXPIRED: {},
}
