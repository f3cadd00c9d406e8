"""Where the navigation leads to pages of tenants."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.addresses import publish
from web.navigation import Entry, declare

Kind = Organisation.Kind

declare(
    Entry(
        gettext_lazy("申込み"),
        "tenants:applications",
        "document",
        {Kind.OFFICE: 20},
        frozenset({"tenants:application"}),
    ),
)
publish(switch="tenants:switch")
