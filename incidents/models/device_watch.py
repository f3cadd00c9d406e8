"""What a watch of a device after a scan keeps, whoever scanned."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.states.watch import WatchState
from tenants.tenancy.owned import TenantOwned

WATCH_STATES = [
    (WatchState.RUNNING.value, _("経過を見ています")),
    (WatchState.QUIET.value, _("再発なし")),
    (WatchState.RECURRED.value, _("再発")),
    (WatchState.REPLACED.value, _("答えが変わりました")),
]


class DeviceWatch(TenantOwned):
    """After "nothing was found": whether the alert comes again for the device and family (OSK 5.4.1)."""

    asset_key = models.CharField(max_length=64)
    family = models.CharField(max_length=160)
    rating = models.CharField(max_length=6)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    # The newest alert before the watch: "the alert stopped at …".
    stopped_at = models.DateTimeField(null=True)
    recurred_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=WATCH_STATES, default=WatchState.RUNNING.value)

    class Meta:
        abstract = True
