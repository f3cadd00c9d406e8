"""Industries: major divisions A to T of the Japan Standard Industrial Classification (revision 14)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

INDUSTRIES = [
    ("A", _("農業・林業")),
    ("B", _("漁業")),
    ("C", _("鉱業・採石業")),
    ("D", _("建設業")),
    ("E", _("製造業")),
    ("F", _("電気・ガス・水道業")),
    ("G", _("情報通信業")),
    ("H", _("運輸業・郵便業")),
    ("I", _("卸売業・小売業")),
    ("J", _("金融業・保険業")),
    ("K", _("不動産業・物品賃貸業")),
    ("L", _("学術研究・専門・技術サービス業")),
    ("M", _("宿泊業・飲食サービス業")),
    ("N", _("生活関連サービス業・娯楽業")),
    ("O", _("教育・学習支援業")),
    ("P", _("医療・福祉")),
    ("Q", _("複合サービス事業(郵便局・協同組合)")),
    ("R", _("その他のサービス業")),
    ("S", _("公務")),
    ("T", _("分からない・そのほか")),
]
