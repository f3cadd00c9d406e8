"""Reads of the SOC over all visible firms."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from alerts import selectors
from alerts.inbox import MOST_ATTEMPTS
from alerts.models import AlertGroup, InboxBatch, QuarantinedLine
from alerts.models.alert import Direction
from alerts.ui.listing import GroupFilter
from tenants.models import Organisation
from tenants.selectors import firms, of_firms_named
from tenants.tenancy.scope import current_scope

NEWEST = 100
LOOK_BACK = (timedelta(hours=2), timedelta(days=1), timedelta(days=7))


class WatchFilter(GroupFilter):
    """The firm's filters, and which firm, which direction, and older than when."""

    direction = forms.ChoiceField(label=_("向き"), required=False, choices=[("", _("すべて")), *Direction.choices])
    firm: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label=_("会社"), required=False, queryset=None, empty_label=_("すべて")
    )

    def __init__(self, query: QueryDict) -> None:
        super(GroupFilter, self).__init__(query, auto_id="filter_%s")
        if current_scope().many:  # nobody looks for a firm in a list of thousands
            self.fields["firm"] = forms.CharField(label=_("会社(名前の一部)"), required=False, max_length=80)
        else:
            self.fields["firm"].queryset = firms().only("pk", "name")  # type: ignore[attr-defined]
        self.is_valid()
        self.before = _moment(query.get("before", ""))

    @property
    def of_firms(self) -> Q:
        """Rows of the chosen firm, or of those whose name holds what was typed; of all when nothing was chosen."""
        firm = self.cleaned_data.get("firm")
        if not firm:
            return Q()
        return of_firms_named(firm) if isinstance(firm, str) else Q(tenant_id=firm.pk)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def newest_groups(chosen: WatchFilter, now: datetime, limit: int = NEWEST) -> list[AlertGroup]:
    """The newest groups over the visible firms, at most `limit`.

    Of a few firms they are looked for in ever longer periods: the index by firm and time answers a short one from few
    rows. Of many firms the newest of all are read in their order, each with a look at who may see its firm.
    """
    groups = chosen.narrow(selectors.groups_in_reach(), now)
    if chosen.before is not None:
        groups = groups.filter(last_at__lt=chosen.before)
    groups = groups.filter(chosen.of_firms)
    direction = chosen.chosen("direction")
    if direction:
        groups = groups.filter(direction=direction)
    groups = groups.order_by("-last_at", "-pk")
    until = chosen.before or now
    keys: list[int] = []
    short = () if current_scope().many else tuple(back for back in LOOK_BACK if back < chosen.period)
    for period in (*short, None):
        in_period = groups.filter(last_at__gte=until - period) if period else groups
        keys = list(in_period.values_list("pk", flat=True)[:limit])
        if len(keys) == limit:
            break
    newest = selectors.groups_in_reach().filter(pk__in=keys)
    return list(newest.prefetch_related("incidents", "answers").order_by("-last_at", "-pk"))


def quarantined_lines() -> QuerySet[QuarantinedLine]:
    """Lines kept aside, newest first, with their firm and box."""
    return selectors.quarantine().select_related("tenant", "sensor")


def failed_batches(limit: int = NEWEST) -> list[tuple[InboxBatch, bool]]:
    """(batch, given up) of batches whose processing failed so far, newest first, without their bodies."""
    return [(batch, batch.attempts >= MOST_ATTEMPTS) for batch in selectors.batches_failing()[:limit]]
