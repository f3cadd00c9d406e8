"""What every page's menu offers a person: their own security and their organisation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from tenants.accounts.acting import Acting
from tenants.models import Membership, Organisation
from web.addresses import published


def person_menu(request: HttpRequest) -> dict[str, Any]:
    """Template variable `user_menu_items` of the layouts."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    acting: Acting | None = getattr(request, "acting", None)
    items = [(gettext("わたしの安全"), "tenants:security", "shield")]
    if acting is not None:
        items += [
            (gettext("組織の情報"), "tenants:organisation", "building"),
            (gettext("メンバーと招待"), "tenants:members", "people"),
        ]
        if acting.kind == Organisation.Kind.SME:
            items.append((gettext("お知らせの届け先"), published("notice_contacts"), "mail"))
            items.append((gettext("だれが見たか"), published("audit_trail"), "search"))
        if acting.role == Membership.Role.OWNER:
            if acting.kind in (Organisation.Kind.VENDOR, Organisation.Kind.INSURER):
                items.append((gettext("振込口座"), published("payee_account"), "building"))
            items.append((gettext("プログラム用の鍵"), "tenants:tokens", "lock"))
    return {
        "user_menu_items": [{"label": label, "href": reverse(name), "icon": icon} for label, name, icon in items],
        "is_owner": acting is not None and acting.role == Membership.Role.OWNER,
    }
