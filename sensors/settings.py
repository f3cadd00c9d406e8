"""What a programme's office may set about boxes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at

PROTECTION_OFF_MINUTES = 10
SILENT_HOURS = 24  # KMM 3.8 (2)
SELFTEST_MINUTES = 3
SETTINGS = (
    Setting(
        key="silent_hours",
        label=gettext_lazy("センサーの連絡が途絶えたとみなすまでの時間"),
        hint=gettext_lazy("この時間、連絡のないセンサーがあると、相談窓口が会社に電話します。"),
        default=SILENT_HOURS,
        least=1,
        most=168,
        unit=gettext_lazy("時間"),
    ),
    Setting(
        key="selftest_minutes",
        label=gettext_lazy("設置の確かめで、センサーがつながっているとみなす時間"),
        hint=gettext_lazy(
            "センサーは1分ごとに連絡します。最後の連絡がこの時間より前なら「連絡がありません」と出ます。"
        ),
        default=SELFTEST_MINUTES,
        least=2,
        most=60,
        unit=gettext_lazy("分"),
    ),
    Setting(
        key="protection_off_minutes",
        label=gettext_lazy("センサーの守りが切れたままのとき、相談窓口に知らせるまでの時間"),
        hint=gettext_lazy("検査が止まっても、インターネットは使えます。短い間なら、センサーが自分で直します。"),
        default=PROTECTION_OFF_MINUTES,
        least=1,
        most=1440,
        unit=gettext_lazy("分"),
    ),
)
# Asked by the desk's sweep together with its own (incidents.desk.sweeps).
INSTALLING = (
    Setting(
        key="shipped_days",
        label=gettext_lazy("発送したセンサーの設置が止まっているとみなす日数"),
        hint=gettext_lazy("発送してからこの日数のうちに利用開始がないと、相談窓口が会社に連絡します。"),
        default=5,
        least=1,
        most=120,
        unit=gettext_lazy("日"),
    ),
)


def box_settings(*, tenant_id: int, at: datetime) -> dict[str, Any]:
    """`SETTINGS` of the programme a firm takes part in, as they hold at `at`; the defaults when it never joined one."""
    enrolment = enrolment_current(tenant_id=tenant_id)
    version = settings_at(programme_id=enrolment.programme_id, at=at) if enrolment is not None else None
    return values_of(version, SETTINGS)
