"""Data for the sample mail, paper page and staff queue that tests and pictures are made of."""

from typing import Any

from portal.showcase import showcase_context


def sample_context() -> dict[str, Any]:
    return showcase_context() | {
        "addressee": "さくら歯科医院 御中",
        "organisation_name": "さくら歯科医院 御中",
        "subject": "さくら歯科医院 重要度 高(★★★) 感染のおそれがあります",
        "heading": "パソコン1台がウイルスに感染したおそれが強い状態です",
        "importance": 3,
        "first_step": "「事務所のノートPC」のLANケーブルを抜いてください。電源は切らないでください。",
        "facts": [("いつ", "2026年11月20日(金) 10:12〜10:18"), ("どの機器", "事務所のノートPC"), ("回数", "5回")],
        "steps": [
            "LANケーブルを抜き、Wi-Fiを切ります。",
            "相談窓口へ電話します。",
            "窓口の案内で、全体の検査をします。",
        ],
        "reason": "このメールは、見守りサービスの連絡先として登録された方にお送りしています。",
        "title": "見守り報告書",
        "period": "2026年10月",
        "queue": [
            {
                "level": 3,
                "firm": "さくら歯科医院",
                "what": "感染のおそれ(外への不正通信5回)",
                "age": "12分",
                "state": "未対応",
                "tone": "danger",
            },
            {
                "level": 2,
                "firm": "やまだ製作所",
                "what": "不正なファイルが届いた",
                "age": "1時間 5分",
                "state": "対応中",
                "tone": "info",
            },
            {
                "level": 0,
                "firm": "みなと運送",
                "what": "箱から26時間連絡がない",
                "age": "2時間",
                "state": "確認待ち",
                "tone": "attention",
            },
        ],
    }
