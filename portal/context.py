"""What every page needs: who acts, where they can go, and how to reach the desk. Nothing is read before it is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

from notifications.desk import desk_now
from tenants.middleware import Acting
from tenants.models import Membership, Organisation

Kind = Organisation.Kind
_KNOWLEDGE = (
    gettext_lazy("ナレッジ"),
    "knowledge:list",
    "document",
    frozenset(f"knowledge:{name}" for name in ("list", "article", "new", "edit", "answers", "answer", "answer_new")),
)
_HOME = (gettext_lazy("ホーム"), "portal:home", "home", frozenset({"portal:home"}))
_WARNINGS = (gettext_lazy("早期警戒"), "portal:warnings", "siren", frozenset({"portal:warnings"}))
# Kind of organisation → (words, URL name, icon, pages that belong to it).
NAVIGATION: dict[str, tuple[tuple[Any, str, str, frozenset[str]], ...]] = {
    Kind.SME: (
        _HOME,
        (
            gettext_lazy("お知らせ"),
            "portal:alerts",
            "bell",
            frozenset({"portal:alerts", "portal:alert", "portal:incident"}),
        ),
        (
            gettext_lazy("相談"),
            "portal:talks",
            "phone",
            frozenset({"portal:talks", "portal:talk", "portal:talk_new"}),
        ),
        (gettext_lazy("報告書"), "portal:reports", "document", frozenset({"portal:reports"})),
        (gettext_lazy("端末"), "boxes:devices", "box", frozenset({"boxes:devices", "boxes:device", "boxes:guide"})),
    ),
    Kind.CALL_CENTRE: (
        (
            gettext_lazy("受付一覧"),
            "desk:queue",
            "list",
            frozenset({"desk:queue", "desk:task", "desk:incident", "desk:case", "desk:alert"}),
        ),
        (gettext_lazy("電話を受ける"), "desk:call", "phone", frozenset({"desk:call", "desk:contact"})),
        (gettext_lazy("記録を探す"), "desk:records", "search", frozenset({"desk:records"})),
        (
            gettext_lazy("保険の請求"),
            "insurance:claims",
            "document",
            frozenset({"insurance:claims", "insurance:claim"}),
        ),
        (
            gettext_lazy("センサー"),
            "boxes:list",
            "box",
            frozenset({"boxes:list", "boxes:box", "boxes:prepare"}),
        ),
        _KNOWLEDGE,
        (gettext_lazy("取り分けたメール"), "desk_mail:list", "mail", frozenset({"desk_mail:list", "desk_mail:mail"})),
        _WARNINGS,
    ),
    # Early warnings are led to from the office's home.
    Kind.OFFICE: (
        (gettext_lazy("ホーム"), "portal:home", "home", frozenset({"portal:home", "portal:warnings"})),
        (
            gettext_lazy("申込み"),
            "tenants:applications",
            "document",
            frozenset({"tenants:applications", "tenants:application"}),
        ),
        (
            gettext_lazy("参加企業"),
            "portal:office_firms",
            "building",
            frozenset({"portal:office_firms", "portal:office_firm"}),
        ),
        (gettext_lazy("事業者"), "vendor:list", "people", frozenset({"vendor:list", "vendor:edit"})),
        (gettext_lazy("請求書"), "jobsheet:invoices", "money", frozenset({"jobsheet:invoices"})),
        (
            gettext_lazy("事業の設定"),
            "portal:programme_settings",
            "settings",
            frozenset({"portal:programme_settings", "portal:programme_settings_change"}),
        ),
        (
            gettext_lazy("統計"),
            "portal:office_figures",
            "list",
            frozenset({"portal:office_figures", "insurance:statistics"}),
        ),
        _KNOWLEDGE,
    ),
    Kind.VENDOR: (
        (
            gettext_lazy("依頼と作業"),
            "vendor:home",
            "list",
            frozenset(
                {"vendor:home", "vendor:offer", "vendor:job", "portal:job_hearing"}
                | {f"jobsheet:{name}" for name in ("sheet", "report", "sign", "invoice", "own_papers")}
            ),
        ),
        (gettext_lazy("わが社の案内"), "vendor:profile", "building", frozenset({"vendor:profile"})),
        _KNOWLEDGE,
    ),
    Kind.DATA_RECOVERY: (_HOME, _KNOWLEDGE),
    Kind.INSURER: (
        (gettext_lazy("保険の請求"), "insurance:claims", "list", frozenset({"insurance:claims", "insurance:claim"})),
        (gettext_lazy("支払い"), "insurance:payments", "document", frozenset({"insurance:payments"})),
        (gettext_lazy("統計"), "insurance:statistics", "empty", frozenset({"insurance:statistics"})),
    ),
    Kind.SOC: (
        (gettext_lazy("検知の一覧"), "soc:alerts", "bell", frozenset({"soc:alerts", "desk:incident", "desk:alert"})),
        (gettext_lazy("抑止"), "soc:suppressions", "lock", frozenset({"soc:suppressions", "soc:suppress"})),
        (gettext_lazy("ファイル"), "soc:files", "shield", frozenset({"soc:files"})),
        (
            gettext_lazy("センサー"),
            "boxes:list",
            "box",
            frozenset({"boxes:list", "boxes:box", "boxes:prepare", "boxes:names"}),
        ),
        (gettext_lazy("窓口からの依頼"), "soc:requests", "people", frozenset({"soc:requests", "desk:case"})),
        (gettext_lazy("読めない記録"), "soc:quarantine", "empty", frozenset({"soc:quarantine"})),
        _KNOWLEDGE,
        _WARNINGS,
    ),
    Kind.PLATFORM: (
        (
            gettext_lazy("緊急の閲覧"),
            "portal:home",
            "lock",
            frozenset({"portal:home", "portal:glass_break", "portal:glass_firm"}),
        ),
        (gettext_lazy("運用の見張り"), "portal:operations", "check", frozenset({"portal:operations"})),
    ),
}
ELSEWHERE = (_HOME,)


def page(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the layouts: acting, organisation, organisations, nav_items, desk, user_role."""
    acting: Acting | None = getattr(request, "acting", None)
    if acting is None:
        return {"acting": None}
    return {
        "acting": acting,
        "organisation": acting.organisation,
        "organisations": [_choice(acting, membership) for membership in acting.memberships],
        "nav_items": _navigation(request, acting),
        "desk": SimpleLazyObject(lambda: desk_now(acting.organisation)),
        "user_role": Membership.Role(acting.role).label,
    }


def _choice(acting: Acting, membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    return {
        "id": organisation.pk,
        "label": organisation.name,
        "kind": organisation.get_kind_display(),
        "current": organisation.pk == acting.organisation.pk,
    }


def _navigation(request: HttpRequest, acting: Acting) -> list[dict[str, Any]]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {"label": str(label), "href": reverse(name), "icon": icon, "current": here in pages}
        for label, name, icon, pages in NAVIGATION.get(acting.kind, ELSEWHERE)
    ]
