"""Words that stand on the report's detail pages, each with its plain explanation in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Entry:
    """`words`: language → (term, explanation)."""

    words: dict[str, tuple[str, str]]

    def term(self, language: str | None) -> str:
        """The word itself."""
        return self._of(language)[0]

    def plain(self, language: str | None) -> str:
        """What it means."""
        return self._of(language)[1]

    def _of(self, language: str | None) -> tuple[str, str]:
        return self.words.get((language or "ja")[:2], self.words["ja"])


def _entry(ja: str, about_ja: str, en: str, about_en: str) -> Entry:
    return Entry({"ja": (ja, about_ja), "en": (en, about_en)})


GLOSSARY: Final[tuple[Entry, ...]] = (
    _entry(
        "センサー",
        "社内のネットワークの入口に置いた、お助け隊の機器です。通信を見張り、危ないものを止めます。",
        "Sensor",
        "The device of this service at the entrance of your network. It watches traffic and stops what is dangerous.",
    ),
    _entry(
        "不正侵入対策",
        "外からの攻撃や、感染した機器が攻撃者とやり取りする通信を、見分けて止める機能です。",
        "Intrusion protection",
        "Recognises and stops attacks from outside and traffic between an infected machine and an attacker.",
    ),
    _entry(
        "ウイルス対策",
        "通信の中のファイルを調べる機能です。初めて見るウイルスは届いてしまうことがあり、2回目から止めます。",
        "Virus protection",
        "Examines files in traffic. A virus not seen before may be delivered; from the second time it is stopped.",
    ),
    _entry(
        "危険サイト対策",
        "にせのサイトや、ウイルスを配るサイトへの通信を止める機能です。",
        "Dangerous-site protection",
        "Stops traffic to fake sites and to sites that spread viruses.",
    ),
    _entry(
        "IPアドレス",
        "ネットワーク上の住所です。社内の機器は 192.168. などで始まることが多いです。",
        "IP address",
        "The address of a machine in the network. Inside a firm it often begins with 192.168.",
    ),
    _entry(
        "MACアドレス",
        "機器ごとの番号です。パソコンやスマートフォンの設定画面で確かめられます。",
        "MAC address",
        "The number of a device. The settings of the PC or phone show it.",
    ),
    _entry(
        "攻撃の名前・通信の名前",
        "見分けるための目印に付いた名前です。世界で共通に使われるため、英語のままにしています。",
        "Names of attacks and traffic",
        "Names of the marks by which they are known. They are the same all over the world.",
    ),
)
