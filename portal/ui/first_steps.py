"""What a new firm does first, until all of it is done: the box works, machines have names, somebody can be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext

from sensors.selectors import devices_seen
from sensors.ui.status import BoxStatus
from tenants.accounts.members import members_of
from tenants.models import Organisation

# So many machines with a name: whoever named these knows how, and the rest is asked when it matters.
NAMED: Final = 3


@dataclass(frozen=True)
class Step:
    """A step with what it is good for, and where it is done; no address where the reader may not do it."""

    title: str
    words: str
    done: bool
    href: str = ""


def first_steps(organisation: Organisation, boxes: Sequence[BoxStatus], *, owner: bool, may_write: bool) -> list[Step]:
    """The steps in their order; none once all are done."""
    counts = _counts(organisation.pk)
    steps = [
        _box(boxes),
        _machines(counts, may_write=may_write),
        _contact(organisation, owner=owner),
        _colleague(organisation, counts, owner=owner),
    ]
    return [] if all(step.done for step in steps) else steps


def _box(boxes: Sequence[BoxStatus]) -> Step:
    return Step(
        gettext("センサーをつなぐ"),
        gettext("つながると、見守りが始まります。"),
        any(box.since is not None and box.last_seen_at is not None for box in boxes),
        reverse("sensors:guide"),
    )


@dataclass(frozen=True)
class _Counts:
    """Of a firm: machines seen, those with a name, people who may log in."""

    seen: int
    named: int
    people: int


def _counts(tenant_id: int) -> _Counts:
    """In one read, from the people: whoever reads this is one of them."""
    devices = devices_seen(tenant_id).order_by().values("tenant")
    counted = members_of(organisation_id=tenant_id).aggregate(
        people=Count("pk"),
        seen=Max(Subquery(devices.annotate(n=Count("pk")).values("n"))),
        named=Max(Subquery(devices.annotate(n=Count("pk", filter=~Q(given_name=""))).values("n"))),
    )
    return _Counts(counted["seen"] or 0, counted["named"] or 0, counted["people"])


def _machines(counts: _Counts, *, may_write: bool) -> Step:
    seen, named = counts.seen, counts.named
    words = gettext("お知らせに「経理のパソコン」のように出て、どの機器かがすぐ分かります。")
    if seen:
        words += gettext("いま%(seen)s台のうち%(named)s台に名前があります。") % {"seen": seen, "named": named}
    done = bool(seen) and named >= min(seen, NAMED)
    return Step(gettext("機器に名前を付ける"), words, done, reverse("boxes:devices") if seen and may_write else "")


def _contact(organisation: Organisation, *, owner: bool) -> Step:
    return Step(
        gettext("電話番号とメールの宛先を確かめる"),
        gettext("重要度 高(★★★)のときに、相談窓口から連絡します。"),
        bool(organisation.phone and organisation.email),
        reverse("tenants:organisation_edit") if owner else "",
    )


def _colleague(organisation: Organisation, counts: _Counts, *, owner: bool) -> Step:
    """A firm of one person has nobody to invite."""
    return Step(
        gettext("もう1人が見られるようにする"),
        gettext("休みの日や出張のときも、だれかが気づけます。"),
        organisation.staff_count == 1 or counts.people > 1,
        reverse("tenants:invite") if owner else "",
    )
