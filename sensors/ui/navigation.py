"""Where the navigation leads to pages of sensors."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.navigation import Entry, declare

declare(Entry(gettext_lazy("ファイル"), "sensors:files", "shield", {Organisation.Kind.SOC: 30}))
