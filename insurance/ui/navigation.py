"""Where the navigation leads to pages of insurance."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.addresses import publish
from web.navigation import Entry, declare

Kind = Organisation.Kind
_CLAIM = frozenset({"insurance:claim"})

declare(
    Entry(gettext_lazy("保険の請求"), "insurance:claims", "document", {Kind.CALL_CENTRE: 40}, _CLAIM),
    Entry(gettext_lazy("保険の請求"), "insurance:claims", "list", {Kind.INSURER: 10}, _CLAIM),
    Entry(gettext_lazy("支払い"), "insurance:payments", "document", {Kind.INSURER: 20}),
    Entry(gettext_lazy("統計"), "insurance:statistics", "empty", {Kind.INSURER: 30}),
)
publish(payee_account="insurance:account")
