"""What a programme's office may set about boxes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from tenants.programme_settings import Setting

PROTECTION_OFF_MINUTES = 10
SETTINGS = (
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
