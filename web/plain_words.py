"""Technical words and what a firm reads instead (UI rule 4).

The list is data. `unexplained` checks a page: a technical word may stand on it only together with its plain form,
as in 「攻撃者の指令サーバー(C&Cサーバー)」.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["ja", "en"]


@dataclass(frozen=True)
class PlainWord:
    """`key` names the entry; `terms` are the forms met in text, matched without regard to case and width of letters."""

    key: str
    terms: tuple[str, ...]
    plain: dict[Language, str]
    about: dict[Language, str]


def _word(key: str, terms: str, ja: str, en: str, about_ja: str, about_en: str) -> PlainWord:
    return PlainWord(key, tuple(terms.split("|")), {"ja": ja, "en": en}, {"ja": about_ja, "en": about_en})


WORDS: Final[tuple[PlainWord, ...]] = (
    _word("c2", "C&Cサーバー|C&Cサーバ|C2サーバー|C2サーバ|C&C server|C2 server|command and control|C&C",
          "攻撃者の指令サーバー", "attacker's control server",
          "ウイルスに感染した機器へ、外から命令を送る側のコンピューターです。",
          "The computer outside that gives orders to an infected machine."),
    _word("callback", "コールバック|ビーコン|callback|beacon", "攻撃者への連絡", "call to the attacker",
          "感染した機器が、命令をもらうために外へつなぐ通信です。",
          "An infected machine asks the attacker for orders."),
    _word("malware", "マルウェア|malware", "ウイルスなどの不正なソフト", "harmful software (viruses and the like)",
          "機器を壊したり、情報を盗んだりするためのソフトです。",
          "Software made to damage machines or steal information."),
    _word("trojan", "トロイの木馬|トロイ|trojan", "便利なものに見せかけた不正なソフト",
          "harmful software in disguise", "ふつうのソフトやファイルのふりをして入り込みます。",
          "It comes in looking like an ordinary program or file."),
    _word("ransomware", "ランサムウェア|ransomware", "データを人質に取るウイルス", "virus that locks data for ransom",
          "ファイルを開けなくして、元に戻す代金を求めます。", "It makes files unreadable and asks for money."),
    _word("spyware", "スパイウェア|spyware|keylogger|キーロガー", "情報を盗み見るソフト", "spying software",
          "画面や入力した文字をひそかに送ります。", "It secretly sends out what is typed or shown."),
    _word("backdoor", "バックドア|backdoor", "攻撃者が作った裏口", "back entrance made by an attacker",
          "気づかれずに何度でも入るための仕掛けです。", "A hidden way to come in again and again."),
    _word("botnet", "ボットネット|botnet", "乗っ取られた機器の集まり", "group of hijacked machines",
          "攻撃者がまとめて動かし、ほかの会社への攻撃に使います。",
          "An attacker drives them together against others."),
    _word("coinminer", "クリプトマイナー|コインマイナー|マイニング|coin miner|cryptominer",
          "機器を勝手に使って金もうけをするソフト", "software that uses your machine to make money",
          "機器が遅くなり、電気代もかかります。", "Machines get slow and use more electricity."),
    _word("phishing", "フィッシング|phishing", "にせのサイトで情報を盗む手口", "fake sites that steal information",
          "本物に似せた画面で、パスワードなどを入力させます。", "A page that looks real asks for passwords."),
    _word("exploit", "エクスプロイト|exploit", "ソフトの弱点を突く攻撃", "attack on a weak point of software",
          "更新していないソフトの弱点から入り込もうとします。", "It comes in through software that was not updated."),
    _word("vulnerability", "脆弱性|vulnerability", "ソフトや設定の弱点", "weak point of software or settings",
          "攻撃に使われるおそれのある欠点です。", "A flaw that an attacker may use."),
    _word("zeroday", "ゼロデイ|zero-day", "直し方がまだ出ていない弱点", "weak point without a fix yet",
          "更新プログラムが出る前に攻撃されることがあります。", "It may be attacked before an update exists."),
    _word("cve", "CVE", "弱点の番号", "number of a weak point", "世界共通で弱点に付けられる番号です。",
          "A number given to a weak point worldwide."),
    _word("patch", "セキュリティパッチ|パッチ|security patch", "弱点を直す更新", "update that fixes a weak point",
          "ソフトの作り手が配ります。", "It comes from the maker of the software."),
    _word("sqli", "SQLインジェクション|SQL injection", "Webサイトのデータを盗み出す攻撃",
          "attack that steals data from a web site", "入力欄などからデータベースを勝手に操作しようとします。",
          "It tries to drive the database through input fields."),
    _word("xss", "クロスサイトスクリプティング|XSS|cross-site scripting", "Webサイトに不正な仕掛けを混ぜる攻撃",
          "attack that plants traps in a web site", "見に来た人の情報が盗まれるおそれがあります。",
          "Visitors' information may be stolen."),
    _word("bruteforce", "ブルートフォース|総当たり攻撃|brute force", "パスワードを次々に試す攻撃",
          "attack that tries many passwords", "短いパスワードや使い回しは破られやすくなります。",
          "Short or reused passwords are easily broken."),
    _word("portscan", "ポートスキャン|port scan|スキャニング", "入口を探す下調べ", "search for ways in",
          "開いている入口がないかを外から調べる行為です。", "Someone outside looks for open ways in."),
    _word("dos", "DDoS|DoS攻撃|サービス拒否", "大量の通信で使えなくする攻撃", "attack that floods a service",
          "サイトや回線が重くなり、使えなくなります。", "Sites or lines become slow or unusable."),
    _word("ips", "IPS|IDS|不正侵入防止", "不正な通信を止める機能", "function that stops bad traffic",
          "お助け隊の箱が、通信を見張って止めます。", "The box watches traffic and stops what is bad."),
    _word("utm", "UTM|統合脅威管理", "お助け隊の箱", "the Otasuke box", "社内のネットワークを見張る機器です。",
          "The device that watches your network."),
    _word("firewall", "ファイアウォール|firewall", "通信の出入りを見張る仕組み", "guard of traffic in and out",
          "決めたもの以外の通信を通しません。", "It lets only allowed traffic pass."),
    _word("signature", "シグネチャ|signature", "攻撃を見分ける目印", "mark by which an attack is known",
          "新しい攻撃に合わせて毎日増えます。", "New ones come every day."),
    _word("falsepositive", "フォールスポジティブ|false positive|誤検知", "害のない通信をあやしいと見た例",
          "false alarm", "お知らせいただくと、見分け方を直します。", "Tell us and we correct the rule."),
    _word("payload", "ペイロード|payload", "通信の中身", "content of traffic",
          "攻撃の本体が入っていることがあります。", "It may carry the attack itself."),
    _word("ipaddress", "IPアドレス|IP address", "ネットワーク上の住所", "address in the network",
          "通信の相手や機器を示す番号です。", "The number of a machine or of the other side."),
    _word("macaddress", "MACアドレス|MAC address", "機器ごとの番号", "number of a device",
          "LANやWi-Fiの部品に付いている番号です。", "The number of its LAN or Wi-Fi part."),
    _word("dhcp", "DHCP", "ネットワーク上の住所を配る仕組み", "system that hands out network addresses",
          "ふつうはルーターが行います。", "The router usually does it."),
    _word("dns", "DNS", "サイトの名前から住所を調べる仕組み", "system that finds a site's address by name",
          "Webを見るたびに使われます。", "It is used whenever a page is opened."),
    _word("basicauth", "Basic認証|ベーシック認証|basic auth|HTTP Basic", "古い方式のログイン", "old kind of log-in",
          "パスワードが盗み見られやすい方式です。", "Passwords can easily be seen."),
    _word("endpoint", "エンドポイント|endpoint", "パソコンやスマートフォン", "PCs and phones",
          "社員が使う機器のことです。", "The machines people use."),
    _word("incident", "セキュリティインシデント|インシデント|incident", "セキュリティ上の事故やそのおそれ",
          "security event", "感染、情報もれ、乗っ取りなどです。", "Infection, leaks, take-over and the like."),
    _word("forensics", "フォレンジック|forensics", "原因と被害の詳しい調査", "detailed investigation",
          "専門の会社が機器の記録を調べます。", "A specialist firm examines the records of a machine."),
    _word("quarantine", "検疫|quarantine", "危険なファイルの隔離", "locking away of a dangerous file",
          "開けない場所に移します。", "It is moved where nobody can open it."),
    _word("lateral", "横展開|ラテラルムーブメント|lateral movement", "社内のほかの機器への広がり",
          "spread to other machines inside", "1台から次々に移ります。", "It goes from one machine to the next."),
)  # fmt: skip

BY_KEY: Final = {word.key: word for word in WORDS}


def _pattern(term: str) -> str:
    """Latin words only as whole words: `DoS` is not in `Windows`, `CVE` not in `receive`."""
    before = r"(?<![A-Za-z0-9])" if term[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if term[-1].isascii() else ""
    return before + re.escape(term) + after


_FINDERS: Final = tuple(
    (word, re.compile("|".join(_pattern(term) for term in word.terms), re.IGNORECASE)) for word in WORDS
)


def technical(text: str) -> list[PlainWord]:
    """The technical words that occur in the text, in the order of the list."""
    return [word for word, finder in _FINDERS if finder.search(text)]


def unexplained(text: str, language: Language) -> list[PlainWord]:
    """Technical words that stand in the text without their plain form: a firm's page must have none."""
    lowered = text.lower()
    return [word for word in technical(text) if word.plain[language].lower() not in lowered]


def plain(term: str, language: Language) -> str:
    """The plain form of one technical word; a word that is not in the list comes back as it is."""
    for word, finder in _FINDERS:
        if finder.fullmatch(term.strip()):
            return word.plain[language]
    return term
