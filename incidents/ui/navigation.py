"""Where the navigation leads to pages of incidents, and what a person may open by a link alone."""

from django.utils.translation import gettext_lazy

from tenants.models import Organisation
from web.addresses import open_without_second_factor, publish
from web.navigation import Entry, declare

Kind = Organisation.Kind
_KNOWLEDGE: dict[str, int] = {
    Kind.CALL_CENTRE: 60,
    Kind.OFFICE: 80,
    Kind.VENDOR: 30,
    Kind.DATA_RECOVERY: 20,
    Kind.SOC: 70,
}

declare(
    Entry(gettext_lazy("相談"), "desk:talks", "phone", {Kind.SME: 30}, frozenset({"desk:talk", "desk:talk_new"})),
    Entry(gettext_lazy("電話を受ける"), "desk:call", "phone", {Kind.CALL_CENTRE: 20}, frozenset({"desk:contact"})),
    Entry(gettext_lazy("窓口からの依頼"), "desk:requests", "people", {Kind.SOC: 50}, frozenset({"desk:case"})),
    Entry(
        gettext_lazy("ナレッジ"),
        "knowledge:list",
        "document",
        _KNOWLEDGE,
        frozenset(f"knowledge:{name}" for name in ("article", "new", "edit", "answers", "answer", "answer_new")),
    ),
    Entry(
        gettext_lazy("取り分けたメール"),
        "desk_mail:list",
        "mail",
        {Kind.CALL_CENTRE: 70},
        frozenset({"desk_mail:mail"}),
    ),
    # The office is led to them from its home.
    Entry(gettext_lazy("早期警戒"), "crisis:warnings", "siren", {Kind.CALL_CENTRE: 80, Kind.SOC: 80}),
    Entry(gettext_lazy("事業者"), "dispatch:vendors", "people", {Kind.OFFICE: 40}, frozenset({"dispatch:vendor"})),
    Entry(gettext_lazy("請求書"), "jobsheet:invoices", "money", {Kind.OFFICE: 50}),
    Entry(gettext_lazy("わが社の案内"), "dispatch:profile", "building", {Kind.VENDOR: 20}),
)
open_without_second_factor("crisis:call_book", "answers:by_mail", "answers:seen", "isolation:by_mail")
publish(
    answer_by_mail="answers:by_mail",
    isolation_by_mail="isolation:by_mail",
    isolation_machine="isolation:machine",
)
