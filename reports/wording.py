"""The words of the report: sentences of the first page and the one thing to do. Called in the firm's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from reports.verdict import HIGH, MEDIUM, Level, Todo
from sensors.ui.status import FUNCTIONS
from sensors.watching import Cause
from web.spans import span
from web.templatetags.formats import file_size


@dataclass(frozen=True)
class Advice:
    """One thing to do: a title and how."""

    title: str
    steps: tuple[str, ...]


def number(value: int) -> str:
    """With thousands separators."""
    return number_format(value, force_grouping=True)


def month_name(first: date) -> str:
    """`2026年11月`, in English `November 2026`."""
    return date_format(first, "YEAR_MONTH_FORMAT")


def what_happened(figures: Mapping[str, Any], month: str) -> str:
    """First sentence."""
    watch, totals = figures["watch"], figures["totals"]
    if watch["boxes"] == 0:
        return _("%(month)sは、センサーの利用がまだ始まっていません。") % {"month": month}
    if not totals["alerts"]:
        return _nothing_found(watch) % {"month": month}
    counts = _("、").join(
        text % {"n": number(count)}
        for count, text in (
            (totals["inbound"], _("外からの攻撃が%(n)s回")),
            (totals["outbound"], _("社内から危険な相手への通信が%(n)s回")),
            (totals["internal"], _("社内の設定の弱点が%(n)s回")),
            (totals["external"] + totals["unknown"], _("向きの分からない通信が%(n)s回")),
        )
        if count
    )
    return _("%(month)sは、%(found)s見つかりました。このうち%(blocked)s回は、センサーがその場で止めました。") % {
        "month": month,
        "found": counts,
        "blocked": number(totals["blocked"]),
    }


def _nothing_found(watch: Mapping[str, Any]) -> str:
    if not watch["nothing_seen"]:
        return _("%(month)sは、センサーが見ていた間、攻撃やあやしい通信は1件も見つかりませんでした。")
    if silent_only(watch):
        return _("%(month)sは、センサーから連絡がなく、何が起きていたかを見ることができませんでした。")
    return _("%(month)sは、センサーの守りが止まっていて、何が起きていたかを見ることができませんでした。")


def silent_only(watch: Mapping[str, Any]) -> bool:
    """Whether a box that was not heard of is the only reason of the gaps."""
    return all(gap["cause"] == Cause.SILENT for gap in watch["gaps"])


def unwatched(watch: Mapping[str, Any]) -> str:
    """How long not everything in use watched: `3時間20分`; call with the language active."""
    return span(timedelta(minutes=watch["minutes"] - watch["watched_minutes"]))


def are_we_safe(figures: Mapping[str, Any]) -> str:
    """Second sentence. Safety is claimed only of what the sensor saw."""
    level, todo, watch = figures["verdict"]["level"], figures["verdict"]["todo"], figures["watch"]
    if level == Level.DANGER:
        return _("社内の機器がウイルスに感染しているおそれが高く、安全とは言えません。")
    if todo == Todo.START_BOX:
        return _("まだ見守りが始まっていないため、安全かどうかは分かりません。")
    if level == Level.UNKNOWN:
        return _("見ていない時間のことは分からないため、安全だったとは言えません。")
    if level == Level.SAFE:
        return _safe(figures)
    if level == Level.WATCHED:
        return _("見ていた間は、感染を疑うものはありませんでした。合わせて%(span)sは、見守りが働いていません。") % {
            "span": unwatched(watch)
        }
    if todo == Todo.CHECK_BOX:
        return _(
            "見ていた間は、感染を疑うものはありませんでしたが、センサーから連絡がなく、見ることができなかった時間があります。"
        )
    if todo == Todo.RESTORE_PROTECTION:
        return _("いまはセンサーの守りの全部か一部が止まっていて、攻撃が来ても止められないことがあります。")
    if todo == Todo.ASK_PROTECTION:
        return _(
            "センサーの守りの全部か一部が止まっていた時間が、合わせて%(span)sあります。この間のことは分からず、安全だったとは言えません。"
        ) % {"span": unwatched(watch)}
    if figures["totals"]["grades"][HIGH]:
        return _("感染の疑いがあった件への対応は進んでいますが、念のため確かめていただきたいことがあります。")
    return _("感染した証拠はありませんが、確かめていただきたいことがあります。")


def _safe(figures: Mapping[str, Any]) -> str:
    if sum(figures["notices"]["grades"][MEDIUM:]):
        safe = _("センサーが見ていた範囲では、感染を疑ったものはすべて確かめが済み、安全でした。")
    else:
        safe = _("センサーが見ていた範囲では、感染を疑うものはなく、安全でした。")
    unused = [str(FUNCTIONS[name]) for name in figures["watch"]["unused"]]
    if not unused:
        return safe
    return safe + _("このセンサーでは使っていない守りの分(%(names)s)は、分かりません。") % {
        "names": _("、").join(unused)
    }


def what_to_do(figures: Mapping[str, Any], first: date) -> Advice:
    """Third sentence: one thing, with its steps."""
    todo = Todo(figures["verdict"]["todo"])
    if todo is Todo.KEEP:
        return _habit(first)
    title, *steps = _advice(todo)
    return Advice(title, tuple(steps))


def _advice(todo: Todo) -> tuple[str, ...]:
    sentences: dict[Todo, tuple[str, ...]] = {
        Todo.CALL_NOW: (
            _("まだ相談窓口と話していなければ、いますぐ電話してください。"),
            _("感染が疑われる機器は、LANケーブルを抜くかWi-Fiを切り、電源は入れたままにしてください。"),
            _("初動対応の費用は、サービスに付いている保険の対象になることがあります。"),
        ),
        Todo.FINISH_INCIDENT: (
            _("対応中の件が残っています。相談窓口と最後まで進めてください。"),
            _("次に何をするかは、ポータルの画面か、相談窓口への電話で分かります。"),
        ),
        Todo.START_BOX: (
            _("届いたセンサーをつないで、利用を始めてください。"),
            _("つなぎ方は、同封の案内にあります。"),
            _("分からないときは、相談窓口が電話で一緒に進めます。"),
        ),
        Todo.CONNECT_BOX: (
            _("センサーの電源とケーブルを確かめてください。"),
            _("電源のランプが消えていれば、コンセントを確かめてください。"),
            _("ランプが点いていても連絡が届かないときは、相談窓口に電話してください。つなぎ方を一緒に確かめます。"),
        ),
        Todo.RESTORE_PROTECTION: (
            _("相談窓口に電話して、センサーの守りを元に戻してください。"),
            _("止まっている理由を相談窓口が確かめ、監視の担当か地域のIT事業者と一緒に直します。"),
        ),
        Todo.ASK_PROTECTION: (
            _("センサーの守りが止まっていた理由を、相談窓口に確かめてください。"),
            _("いつ止まっていたかは、この報告書の「見守れなかった時間」にあります。"),
        ),
        Todo.SCAN_DEVICE: (
            _("お知らせのあった機器を、ウイルス対策ソフトで全体検査してください。"),
            _("検査の前に、ウイルス対策ソフトを最新にしてください。"),
            _("何も見つからなくても安心とは限りません。同じお知らせがまた来たら、相談窓口に電話してください。"),
        ),
        Todo.DELETE_FILE: (
            _("届いた不審なファイルを開かずに削除し、その機器を全体検査してください。"),
            _("もう開いてしまったときは、LANケーブルを抜くかWi-Fiを切って、相談窓口に電話してください。"),
        ),
        Todo.ASK_STAFF: (
            _("危険なサイトを開いた人に、何を入力したかを責めずに聞いてください。"),
            _("パスワードやカード番号を入力していたら、すぐに変更し、カード会社に連絡してください。"),
        ),
        Todo.CHANGE_PASSWORD: (
            _("ルーターなどの機器のパスワードを、買ったときのものから変えてください。"),
            _("どの機器かは、次のページからの一覧にあります。分からなければ相談窓口に電話してください。"),
        ),
        Todo.CHECK_BOX: (
            _("センサーの電源を切らないよう、社内の皆さんに伝えてください。"),
            _("停電や移動など、心当たりがなければ相談窓口に電話してください。"),
        ),
    }
    return sentences[todo]


def _habit(first: date) -> Advice:
    """Nothing is asked; one of the five basics (SECURITY ACTION one star) by turns, month by month."""
    habits = (
        (_("パソコンの更新(Windows Update など)が済んでいるかを、1台だけ見てみてください。"),),
        (_("ウイルス対策ソフトが最新になっているかを、1台だけ見てみてください。"),),
        (_("使い回しているパスワードを、1つだけ変えてみてください。"),),
        (_("共有フォルダーを見られる人が多すぎないかを、1か所だけ見てみてください。"),),
        (_("最近の手口を1つ、朝礼などで話題にしてみてください。"),),
    )
    title = habits[first.month % len(habits)][0]
    return Advice(_("急いで行うことはありません。"), (_("余裕があれば、今月の一つ:") + title,))


def watched_for(watch: Mapping[str, Any]) -> list[str]:
    """What the sensor did in a month without events; of each function only what it reported all the time."""
    lines = [
        _("会社の入口を通る通信を、見ることができた間、見張っていました。")
        if watch["gaps"]
        else _("会社の入口を通る通信を、昼も夜も休日も、途切れなく見張っていました。")
    ]
    claims = (
        ("ips", _("外からの攻撃や、感染した機器が外へつなぐ通信があれば、止める用意をしていました。")),
        ("av", _("暗号化されていない通信の中のファイルに、ウイルスがないかを調べていました。")),
        ("wg", _("にせのサイトや、ウイルスを配るサイトへの通信があれば、止める用意をしていました。")),
    )
    lines += [line for name, line in claims if watch["functions"].get(name, watch["minutes"]) < watch["minutes"]]
    return [*lines, _("困ったことがあれば、相談窓口がいつもの受付時間にお話を聞きます。")]


def what_changed(figures: Mapping[str, Any]) -> str:
    """What a revision changed, in one sentence; empty for a report that was not revised."""
    revision = figures.get("revision")
    if not revision:
        return ""
    words = {
        "alerts": _("見つけた通信が%(was)s回から%(now)s回に"),
        "blocked": _("止めた通信が%(was)s回から%(now)s回に"),
        "mailed": _("メールでお知らせした件が%(was)s件から%(now)s件に"),
        "look": _("重要度 中(★★☆)以上のお知らせが%(was)s件から%(now)s件に"),
        "watched": _("見守った時間が%(was)s分から%(now)s分に"),
        "bytes": _("受信した量が%(was)sから%(now)sに"),
    }
    changes = [
        words[name] % {"was": shown(was), "now": shown(now)}
        for name, was, now in revision["changes"]
        for shown in [file_size if name == "bytes" else number]
    ]
    return _("センサーから遅れて届いた記録を加え、%(changes)s変わりました。") % {"changes": _("、").join(changes)}


def peers_are(level: int, least_firms: int) -> str:
    """Whom the firm is compared with."""
    alike = {
        1: _("同じ事業に参加する、同じ業種・同じくらいの人数の会社"),
        2: _("同じ事業に参加する、同じくらいの人数の会社(業種はさまざまです)"),
        3: _("同じ事業に参加する会社(業種や人数はさまざまです)"),
        4: _("このサービスを使う会社(事業・業種・人数はさまざまです)"),
    }
    above = {6: _("6〜9社"), 10: _("10〜19社"), 20: _("20〜49社"), 50: _("50〜99社"), 100: _("100社以上")}
    return _("%(alike)s、%(firms)s") % {"alike": alike[level], "firms": above[least_firms]}
