"""Where the navigation leads to pages of alerts."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.navigation import Entry, declare

Kind = Organisation.Kind

declare(
    Entry(gettext_lazy("検知の一覧"), "soc:alerts", "bell", {Kind.SOC: 10}),
    Entry(
        gettext_lazy("判定の調整"),
        "soc:tunings",
        "settings",
        {Kind.SOC: 15},
        frozenset({"soc:tuning", "soc:tuning_propose"}),
    ),
    Entry(gettext_lazy("抑止"), "soc:suppressions", "lock", {Kind.SOC: 20}, frozenset({"soc:suppress"})),
    Entry(gettext_lazy("読めない記録"), "soc:quarantine", "empty", {Kind.SOC: 60}),
)
