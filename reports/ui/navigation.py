"""Where the navigation leads to pages of reports."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.addresses import open_without_second_factor
from web.navigation import Entry, declare

Kind = Organisation.Kind

declare(
    Entry(gettext_lazy("報告書"), "reports:list", "document", {Kind.SME: 40}),
    Entry(
        gettext_lazy("統計"),
        "reports:figures",
        "list",
        {Kind.OFFICE: 70},
        frozenset({"insurance:statistics", "reports:measures", "reports:measure"}),
    ),
)
open_without_second_factor("reports:opinion_by_mail")
