"""What an office may change for its programme; the rooms that use the settings stand below this one."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy

from alerts.grading_settings import FIGURES
from incidents.core.rules import REOPEN_DAYS
from incidents.core.targets import SETTINGS as DESK_TARGETS
from incidents.crisis.warnings import SETTINGS as WARNINGS
from incidents.dispatch.offers import SETTINGS as OFFERS
from incidents.jobsheet.billing import SETTINGS as FEES
from notifications.channels import SETTINGS as HOURS
from sensors.isolation_settings import SETTINGS as ISOLATION
from sensors.settings import INSTALLING
from sensors.settings import SETTINGS as BOXES
from sensors.shared_files import SETTINGS as SHARED_FILES
from tenants.programme_settings import Setting

# What the desk is asked to look at by itself.
DESK = (
    Setting(
        key="unread_minutes",
        label=gettext_lazy("重要度 高(★★★)が読まれないとき、電話するまでの時間"),
        hint=gettext_lazy("受付時間の外に過ぎたときは、次の受付時間の始めに電話します。"),
        default=30,
        least=5,
        most=1440,
        unit=gettext_lazy("分"),
    ),
    Setting(
        key="install_days",
        label=gettext_lazy("センサーの設置が止まっているとみなす日数"),
        hint=gettext_lazy("用意してからこの日数のうちに発送も利用開始もないセンサーがあると、相談窓口が確かめます。"),
        default=14,
        least=1,
        most=120,
        unit=gettext_lazy("日"),
    ),
    *INSTALLING,
    *DESK_TARGETS,
)
_OWN = (
    Setting(
        key="callback_count",
        label=gettext_lazy("感染のおそれが強いとみなす回数"),
        hint=gettext_lazy(
            "同じ機器から、同じ種類の不審な通信がこの回数に達すると、重要度 高(★★★)としてすぐにお知らせします。"
        ),
        default=FIGURES["callback_count"],
        least=2,
        most=100,
        unit=gettext_lazy("回"),
    ),
    Setting(
        key="callback_minutes",
        label=gettext_lazy("回数を数える時間"),
        hint=gettext_lazy("この時間のうちに起きた回数を数えます。"),
        default=FIGURES["callback_minutes"],
        least=5,
        most=1440,
        unit=gettext_lazy("分"),
    ),
    Setting(
        key="inside_kinds",
        label=gettext_lazy("社内で攻撃されているおそれがあるとみなす種類の数"),
        hint=gettext_lazy(
            "社内の同じ2台の間で、種類の違う不審な通信がこの数に達すると、重要度 中(★★☆)としてお知らせします。"
        ),
        default=FIGURES["inside_kinds"],
        least=2,
        most=20,
        unit=gettext_lazy("種類"),
    ),
    Setting(
        key="inside_minutes",
        label=gettext_lazy("種類を数える時間"),
        hint=gettext_lazy("この時間のうちに起きた種類を数えます。"),
        default=FIGURES["inside_minutes"],
        least=5,
        most=1440,
        unit=gettext_lazy("分"),
    ),
    Setting(
        key="mail_inbound_av_blocked",
        label=gettext_lazy("外から届いて止めたウイルスもメールで知らせる"),
        hint=gettext_lazy("止めたあとなので、していただくことはありません。メールの数が増えます。"),
        default=False,
    ),
    Setting(
        key="medium_opens_incident",
        label=gettext_lazy("重要度 中(★★☆)でも、インシデントとして受け付ける"),
        hint=gettext_lazy(
            "相談窓口が1件ずつ会社に連絡します。付帯保険の対象にはなりません。切り替えたあとの検知から適用します。"
        ),
        default=False,
    ),
    Setting(
        key="reopen_days",
        label=gettext_lazy("終了したインシデントを開き直す日数"),
        hint=gettext_lazy(
            "終了からこの日数のうちに同じ検知が見つかると、同じインシデントを開き直します。過ぎると新しく受け付けます。"
        ),
        default=REOPEN_DAYS,
        least=1,
        most=365,
        unit=gettext_lazy("日"),
    ),
    *HOURS,
    *DESK,
    *BOXES,
    *ISOLATION,
    *SHARED_FILES,
    *WARNINGS,
    *OFFERS,
    *FEES,
)

# Where a default comes from, as docs/sources.md names the reports; all others are figures of our own.
REPORTS = {
    "mail_inbound_av_blocked": gettext_lazy("OSK 表3-7"),
    "medium_opens_incident": gettext_lazy("OSK 表4-32"),
    "silent_hours": gettext_lazy("KMM 3.8"),
    "phone_hours": gettext_lazy("OSK 4.3.2"),
}
SETTINGS = tuple(replace(setting, source=REPORTS.get(setting.key, "")) for setting in _OWN)
