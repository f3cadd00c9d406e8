"""What an alert is and what to do stands on the pages of the firm, the SOC and the desk, in mail, paper and API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from alerts.digest import digest_send_due
from alerts.models import AlertGroup
from notifications.models import OutboxMessage
from tenants.tenancy.scope import tenant_scope
from tests.alerts.test_digest import NEXT
from tests.factories import Cast
from tests.mailing import group_make
from tests.portal import scenes
from tests.portal.pages import text_of
from web.plain_words import unexplained

TROJAN = "A Network Trojan was detected"
# Signature, class, rule, direction → what the firm reads.
SEEN: dict[str, dict[str, Any]] = {
    "情報を盗むウイルス": {
        "signature": "ET MALWARE RedLine Stealer Sample Upload",
        "category": TROJAN,
        "rule": "outbound-malware",
        "direction": "outbound",
        "step": "この端末で使ったパスワードを、別の端末",
        "look": "通信を始めた社内の端末",
    },
    "データを人質に取るウイルス(ランサムウェア)": {
        "signature": "ET MALWARE Ransomware.Sample Payment Page",
        "category": TROJAN,
        "rule": "outbound-malware",
        "direction": "outbound",
        "step": "ほかの端末や共有フォルダーに、開けなくなったファイルがないか",
        "look": "通信を始めた社内の端末",
    },
    "初期のままのパスワードでのログイン": {
        "signature": "OTASUKE POLICY default password in a log-in",
        "category": "Attempt to login by a default username and password",
        "rule": "internal-weakness",
        "direction": "internal",
        "grade": 1,
        "step": "受けた側の機器(ルーター、複合機、カメラなど)のパスワード",
        "look": "通信を受けた側の社内の機器",
    },
    "ルーターやカメラなどの機器を狙う攻撃": {
        "signature": "ET EXPLOIT Netgear Sample Command Injection",
        "category": "Attempted Administrator Privilege Gain",
        "rule": "inbound-passed-takeover",
        "direction": "inbound",
        "step": "お知らせにある機器のソフト(ファームウェア)を最新にしてください",
        "look": "通信を受けた社内の機器",
    },
    "Windowsを離れた所から操作するしくみの利用": {
        "signature": "ET POLICY PsExec Sample Service",
        "category": "A suspicious filename was detected",
        "rule": "internal-grave",
        "direction": "internal",
        "grade": 1,
        "step": "保守や点検の作業をしていなかったか",
        "look": "社内の2台(まず通信を始めた側)",
    },
}


def group_of(cast: Cast, name: str, **changes: Any) -> AlertGroup:
    facts = {key: value for key, value in SEEN[name].items() if key not in ("step", "look")}
    values = {"asset_ip": "192.168.1.20", "peer": "192.168.1.9", "blocked_count": 0, "family": name, **facts, **changes}
    return group_make(cast.sakura_box, **values)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", SEEN)
def test_a_firm_reads_what_it_is_where_to_look_and_what_to_do(cast: Cast, name: str) -> None:
    group = group_of(cast, name)
    page = text_of(logged_in(cast.hanako).get(f"/alerts/{group.pk}/").content.decode())
    assert name in page
    assert SEEN[name]["step"] in page
    assert SEEN[name]["look"] in page
    assert "センサーはこの通信を止めていません" in page
    assert "害がない見込み" in page
    about_it = page[page.index("これは何か") : page.index("くわしい記録")]
    assert [word.key for word in unexplained(about_it, "ja")] == []


@pytest.mark.parametrize(
    ("name", "rule", "asset", "peer", "machine"),
    [
        ("初期のままのパスワードでのログイン", "internal-weakness", "192.168.1.1", "192.168.1.20", "192.168.1.1"),
        ("初期のままのパスワードでのログイン", "internal-attack", "192.168.1.20", "192.168.1.1", "192.168.1.1"),
        ("入口を探す下調べ", "internal-attack", "192.168.1.20", "192.168.1.1", "192.168.1.20"),
        ("入口を探す下調べ", "internal-weakness", "192.168.1.1", "192.168.1.20", "192.168.1.20"),
        (
            "Windowsを離れた所から操作するしくみの利用",
            "internal-attack",
            "192.168.1.20",
            "192.168.1.1",
            "192.168.1.20→192.168.1.1",
        ),
    ],
)
def test_of_two_inside_the_machine_to_look_at_is_the_weak_or_infected_one(
    cast: Cast, name: str, rule: str, asset: str, peer: str, machine: str
) -> None:
    """Whichever of the two the notice names: that is for its rule to say."""
    signature = {
        "signature": "ET SCAN Sample Probe",
        "category": "Detection of a Network Scan",
        "direction": "internal",
    }
    fields = {key: value for key, value in SEEN.get(name, signature).items() if key not in ("step", "look")}
    group = group_make(
        cast.sakura_box, **{**fields, "rule": rule, "asset_ip": asset, "peer": peer, "grade": 1, "family": name}
    )
    page = "".join(text_of(logged_in(cast.hanako).get(f"/alerts/{group.pk}/").content.decode()).split())
    assert f"{machine}害がない見込み" in page


def test_the_reason_of_the_grade_and_the_headline_stay(cast: Cast) -> None:
    group = group_of(cast, "情報を盗むウイルス")
    page = text_of(logged_in(cast.hanako).get(f"/alerts/{group.pk}/").content.decode())
    assert "ウイルスに感染しているかもしれない端末があります" in page
    assert "ウイルスやその指令元に特有の通信が出ました" in page


def test_a_record_names_its_family_and_asks_for_nothing(cast: Cast) -> None:
    group = group_of(cast, "情報を盗むウイルス", rule="outbound-harmless", grade=0, notify="none")
    page = text_of(logged_in(cast.hanako).get(f"/alerts/{group.pk}/").content.decode())
    assert "情報を盗むウイルス" in page
    assert "していただくことはありません" in page
    assert "別の端末(スマートフォンなど)から変えて" not in page
    assert "害がない" not in page, "a record is not argued about"


def test_lists_of_the_firm_and_the_soc_name_the_family(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", signature="ET MALWARE AsyncRAT Sample")
    assert "機器を遠くから操るウイルス" in text_of(logged_in(cast.hanako).get("/alerts/").content.decode())
    soc = logged_in(cast.analyst)
    assert "機器を遠くから操るウイルス" in text_of(soc.get("/soc/alerts/").content.decode())
    page = text_of(soc.get(f"/desk/alerts/{group.tenant_id}/{group.pk}/").content.decode())
    assert "攻撃者が外から画面を見たり" in page


def test_the_digest_says_of_each_family_what_it_is_and_what_to_do(cast: Cast) -> None:
    for number, name in enumerate(["情報を盗むウイルス", "データを人質に取るウイルス(ランサムウェア)"]):
        group_of(cast, name, asset_key=str(number), asset_ip=f"192.168.1.2{number}", asset_mac="", alert_count=3)
    digest_send_due(now=NEXT)
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(kind="digest")
    for body in (mail.text, mail.html):
        for name in ("情報を盗むウイルス", "データを人質に取るウイルス(ランサムウェア)"):
            assert f"これは何か: {name}" in body
            assert SEEN[name]["step"] in body
        assert "止めました" not in body
        assert body.index("LANケーブルを抜く") < body.index("パスワードを、別の端末"), "what is unplugged comes first"
    assert len(mail.subject) < 80
