"""What the audit trail's codes are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "alerts.viewed": _("検知の一覧を見ました"),
    "api.alerts_read": _("検知をプログラムで読み取りました"),
    "api.incidents_read": _("インシデントをプログラムで読み取りました"),
    "api.reports_read": _("報告書の一覧をプログラムで読み取りました"),
    "application.approved": _("参加の申込みを承認しました"),
    "consent.given": _("情報を見せることに同意しました"),
    "consent.revoked": _("情報を見せる同意を取り消しました"),
    "glass.broken": _("緊急のため、運用担当が記録を開きました"),
    "incident.moved": _("インシデントの状態を変えました"),
    "incident.opened": _("インシデントを開きました"),
    "incident.rose": _("インシデントの重要度が上がりました"),
    "incident.viewed": _("インシデントを見ました"),
    "invitation.accepted": _("招待を受けて参加しました"),
    "invitation.made": _("人を招待しました"),
    "invitation.made_by_command": _("運用担当が人を招待しました"),
    "invitation.revoked": _("招待を取り消しました"),
    "membership.ended": _("メンバーを外しました"),
    "membership.role_changed": _("メンバーの役割を変えました"),
    "organisation.edited": _("組織の情報を変えました"),
    "person.logged_in": _("ログインしました"),
    "person.sessions_ended": _("メンバーのログインを終わらせました"),
    "programme.settings_published": _("事業の設定を変えました"),
    "quarantine.viewed": _("読めない記録を見ました"),
    "queue.viewed": _("相談窓口の受付一覧を見ました"),
    "report.closed": _("月の記録を締めました"),
    "report.downloaded": _("報告書を受け取りました"),
    "report.made": _("報告書を作りました"),
    "sensor.activated": _("センサーを使い始めました"),
    "sensor.code_issued": _("センサーの利用開始コードを出しました"),
    "sensor.key_confirmed": _("センサーが新しい鍵に切り替わりました"),
    "sensor.key_rotated": _("センサーが新しい鍵を登録しました"),
    "sensor.keys_revoked": _("センサーの鍵を止めました"),
    "sensor.prepared": _("センサーを用意しました"),
    "sensor.retired": _("センサーの利用をやめました"),
    "task.moved": _("相談窓口が対応を進めました"),
    "task.viewed": _("相談窓口が依頼の内容を見ました"),
    "token.created": _("プログラム用の鍵(トークン)を作りました"),
    "token.revoked": _("プログラム用の鍵(トークン)を止めました"),
}


def words(code: str) -> str:
    """The code in plain words; one that is not known is shown as it is, never left out."""
    return str(WORDS.get(code, code))
