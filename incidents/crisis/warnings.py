"""Early warning: what met three firms of a programme in a day is mailed to all its firms, without names.

A warning is a row first; the mails follow from it, so a run that is killed between the two is finished by the next.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy

from base.about import about_row
from incidents.crisis.rules import WAVE_FIRMS, is_wave
from incidents.doors import lock_warnings, spreading, unwarned_firms
from incidents.models import EarlyWarning
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write
from notifications.notices import notice_put
from sensors.orders import is_rule_message
from tenants.audit.record import audit_record_of_nobody
from tenants.programme_settings import Setting, values_of
from tenants.selectors import settings_at
from tenants.tenancy.scope import programme_scope, tenant_scope

KIND_WARNING: Final = "early_warning"
# What every firm can check today, whatever it is: OSK 4.3.2 ①, AIC's five basics.
CHECKS = (
    gettext_lazy("心当たりのないメールの添付ファイルやリンクを開かないよう、全員に今日のうちに伝える"),
    gettext_lazy("すでに開いた人がいないか聞く。いたら、そのパソコンのLANケーブルを抜き、相談窓口に電話する"),
    gettext_lazy("Windowsとウイルス対策ソフトを、最新の状態に更新する"),
    gettext_lazy("ウイルス対策ソフトで、すべてのパソコンを全体スキャンする"),
    gettext_lazy("大切なデータの控え(バックアップ)が取れているか確かめ、終わったら控えの機器をパソコンから外しておく"),
)
_log = logging.getLogger(__name__)

SETTINGS = (
    Setting(
        key="warning_firms",
        label=gettext_lazy("早期警戒を出す会社数"),
        hint=gettext_lazy(
            "同じ検知、または同じ通信の相手が、決めた時間のうちにこの数の会社で見つかると、"
            "会社の名前を出さずに、すべての参加企業へ知らせます。"
        ),
        default=WAVE_FIRMS,
        least=WAVE_FIRMS,
        most=50,
        unit=gettext_lazy("社"),
    ),
    # These two are read by sec.spreading itself.
    Setting(
        key="warning_hours",
        label=gettext_lazy("早期警戒で数える時間"),
        hint=gettext_lazy("この時間のうちに、いくつの会社で同じことが起きたかを数えます。"),
        default=24,
        least=1,
        most=168,
        unit=gettext_lazy("時間"),
    ),
    Setting(
        key="warning_again_days",
        label=gettext_lazy("同じ早期警戒をもう一度出すまでの日数"),
        hint=gettext_lazy("この日数のうちは、同じことをもう一度は知らせません。"),
        default=7,
        least=1,
        most=90,
        unit=gettext_lazy("日"),
    ),
)


def warnings_raise(*, now: datetime) -> int:
    """Warn of what has reached enough firms, then put the mails into the outbox. → new warnings."""
    # Peers are looked up after the signatures, so that a wave just warned of by its signature is not mailed twice.
    made = sum(_raise(*row, EarlyWarning.Kind.SIGNATURE, now) for row in spreading(now, EarlyWarning.Kind.SIGNATURE))
    made += sum(_raise(*row, EarlyWarning.Kind.PEER, now) for row in spreading(now, EarlyWarning.Kind.PEER))
    _mails_put(now)
    return made


def warnings_of(programme_ids: list[int] | None = None) -> list[EarlyWarning]:
    """Newest first: those the open scope may see."""
    rows = EarlyWarning.objects.select_related("programme")
    if programme_ids is not None:
        rows = rows.filter(programme_id__in=programme_ids)
    return list(rows[:50])


def _raise(programme_id: int, value: str, firms: int, kind: EarlyWarning.Kind, now: datetime) -> bool:
    values = values_of(settings_at(programme_id=programme_id, at=now), SETTINGS)
    if not is_wave(firms, int(values["warning_firms"])):
        return False
    with programme_scope(programme_id):
        lock_warnings(programme_id)
        again = EarlyWarning.objects.filter(programme_id=programme_id, kind=kind, value=value)
        if again.filter(raised_at__gt=now - timedelta(days=values["warning_again_days"])).exists():
            return False
        made = EarlyWarning.objects.create(
            programme_id=programme_id, kind=kind, value=value, shown=_shown(kind, value), firms=firms, raised_at=now
        )
        audit_record_of_nobody(code="warning.raised", subject=f"early_warning:{made.pk}", kind=kind)
    return True


def _shown(kind: str, value: str) -> str:
    """The name firms may read. Whoever controls a box can invent names, so only names of our own rules are shown."""
    return value if kind == EarlyWarning.Kind.SIGNATURE and is_rule_message(value) else ""


def _mails_put(now: datetime) -> None:
    for tenant_id, warning_id in unwarned_firms(now):
        try:
            with tenant_scope(tenant_id):
                _mail_put(tenant_id, EarlyWarning.objects.get(pk=warning_id))
        except Exception:
            _log.exception("warning %s could not be written for firm %s", warning_id, tenant_id)


def _mail_put(tenant_id: int, warning: EarlyWarning) -> None:
    """Put the mails into the firm's outbox. Their words are the same for every firm: they do not say who was hit."""

    def write(recipient: Recipient, _key: str) -> Written:
        url = page_url("crisis:warnings")
        is_peer = warning.kind == EarlyWarning.Kind.PEER
        context = {"warning": warning, "is_peer": is_peer, "checks": CHECKS, "warnings_url": url}
        return mail_write(name=KIND_WARNING, recipient=recipient, context=context, link=url)

    notice_put(
        tenant_id=tenant_id,
        key=f"warning:{warning.pk}",
        kind=KIND_WARNING,
        about=about_row(EarlyWarning, warning.pk),
        write=write,
    )
