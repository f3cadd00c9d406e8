"""Where the navigation leads to pages that put several rooms on one screen; what rooms below may lead to."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.addresses import publish
from web.navigation import Entry, belongs, declare

Kind = Organisation.Kind
HOME = gettext_lazy("ホーム")

declare(
    Entry(HOME, "portal:home", "home", {Kind.SME: 10, Kind.DATA_RECOVERY: 10, Kind.OUTREACH: 10, Kind.BUYER: 10}),
    Entry(HOME, "portal:home", "home", {Kind.OFFICE: 10}, frozenset({"crisis:warnings"})),
    Entry(
        gettext_lazy("お知らせ"),
        "portal:alerts",
        "bell",
        {Kind.SME: 20},
        frozenset({"portal:alert", "portal:alert_which", "portal:incident"}),
    ),
    Entry(
        gettext_lazy("端末"),
        "boxes:devices",
        "box",
        {Kind.SME: 50},
        frozenset({"boxes:device", "boxes:which", "sensors:guide", "sensors:ledger", "sensors:ledger_preview"}),
    ),
    Entry(
        gettext_lazy("受付一覧"),
        "staff:queue",
        "list",
        {Kind.CALL_CENTRE: 10},
        frozenset({"staff:task", "staff:incident", "desk:case", "staff:alert", "staff:alert_which"}),
    ),
    Entry(gettext_lazy("記録を探す"), "staff:records", "search", {Kind.CALL_CENTRE: 30}),
    Entry(
        gettext_lazy("センサー"), "boxes:list", "box", {Kind.CALL_CENTRE: 50}, frozenset({"boxes:box", "boxes:prepare"})
    ),
    Entry(
        gettext_lazy("センサー"),
        "boxes:list",
        "box",
        {Kind.SOC: 40},
        frozenset({"boxes:box", "boxes:prepare", "sensors:names"}),
    ),
    Entry(
        gettext_lazy("参加企業"),
        "portal:office_firms",
        "building",
        {Kind.OFFICE: 30},
        frozenset({"portal:office_firm", "tenants:firm_entering", "tenants:firm_preview", "tenants:firm_progress"}),
    ),
    Entry(
        gettext_lazy("協力組織"),
        "portal:partners",
        "flag",
        {Kind.OFFICE: 55},
        frozenset({"portal:partner", "portal:partner_new"}),
    ),
    Entry(
        gettext_lazy("事業の設定"),
        "portal:programme_settings",
        "settings",
        {Kind.OFFICE: 60},
        frozenset({"portal:programme_settings_change"}),
    ),
    Entry(
        gettext_lazy("依頼と作業"),
        "vendor:home",
        "list",
        {Kind.VENDOR: 10},
        frozenset({"vendor:offer", "vendor:job", "surveys:hearing"})
        | {f"jobsheet:{name}" for name in ("sheet", "report", "sign", "invoice", "own_papers")},
    ),
    Entry(
        gettext_lazy("緊急の閲覧"),
        "portal:home",
        "lock",
        {Kind.PLATFORM: 10},
        frozenset({"portal:glass_break", "portal:glass_firm"}),
    ),
    Entry(gettext_lazy("運用の見張り"), "portal:operations", "check", {Kind.PLATFORM: 20}),
)
belongs("staff:incident", "staff:alert", below="soc:alerts")
publish(
    home="portal:home",
    alerts="portal:alerts",
    alert="portal:alert",
    alert_which="portal:alert_which",
    incident="portal:incident",
    audit_trail="portal:audit_trail",
    office_firms="portal:office_firms",
    programme_settings="portal:programme_settings",
    programme_settings_change="portal:programme_settings_change",
    programme_settings_withdraw="portal:programme_settings_withdraw",
    boxes="boxes:list",
    staff_queue="staff:queue",
    staff_task="staff:task",
    staff_incident="staff:incident",
    staff_alert="staff:alert",
    staff_records="staff:records",
    help_job="help:job",
    help_job_new="help:job_new",
    vendor_home="vendor:home",
    vendor_offer="vendor:offer",
    vendor_job="vendor:job",
)
