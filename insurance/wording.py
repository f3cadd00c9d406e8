"""Words for what claims and their evidence hold as codes. Call with the reader's language active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.models.alert import Direction, Function, Grade
from incidents.models import WORK_KINDS, Decision, Incident, Job, SignOff
from incidents.states.incident import BY_HAND
from insurance.chain import Link
from insurance.claim_rules import ClaimState, EvidenceKind
from insurance.damage import Case, Part, Pays
from insurance.models import Claim, ClaimEvidence, PolicyVersion
from notifications.models import OutboxMessage
from web.outside import defanged

# What the firm reads beside its claim, and the tone of the chip.
TONES = {
    ClaimState.DRAFT: "neutral",
    ClaimState.SUBMITTED: "info",
    ClaimState.RETURNED: "attention",
    ClaimState.RESUBMITTED: "info",
    ClaimState.APPROVED: "safe",
    ClaimState.REJECTED: "danger",
    ClaimState.WITHDRAWN: "neutral",
    ClaimState.PAID: "safe",
}
PLAIN = {
    ClaimState.DRAFT: gettext_lazy("保険会社へ送る前の下書きです。相談窓口が内容を確かめています。"),
    ClaimState.SUBMITTED: gettext_lazy("保険会社が確認しています。していただくことはありません。"),
    ClaimState.RETURNED: gettext_lazy("保険会社から質問が来ています。相談窓口が事業者に確かめて答えます。"),
    ClaimState.RESUBMITTED: gettext_lazy("質問に答えました。保険会社がもう一度確認しています。"),
    ClaimState.APPROVED: gettext_lazy("保険会社が支払いを決めました。費用は保険会社から事業者へ直接支払われます。"),
    ClaimState.REJECTED: gettext_lazy("保険会社は支払わないと決めました。理由は下にあります。費用は会社の負担です。"),
    ClaimState.WITHDRAWN: gettext_lazy("この請求は取り下げました。今年度の権利は残っています。"),
    ClaimState.PAID: gettext_lazy("保険会社から事業者へ支払われました。"),
}
# The same for the vendor that is to be paid.
_WAITS = gettext_lazy("相談窓口が保険会社に請求しました。支払いの決定を待っています。")
OF_VENDOR = {
    ClaimState.DRAFT: "",
    ClaimState.SUBMITTED: _WAITS,
    ClaimState.RETURNED: gettext_lazy("保険会社から質問が来ています。相談窓口から確認の電話があるかもしれません。"),
    ClaimState.RESUBMITTED: _WAITS,
    ClaimState.APPROVED: gettext_lazy("保険会社が支払いを決めました。登録された口座に振り込まれます。"),
    ClaimState.REJECTED: gettext_lazy("保険会社は支払わないと決めました。全額を会社に請求してください。"),
    ClaimState.WITHDRAWN: gettext_lazy("保険の請求は取り下げられました。全額を会社に請求してください。"),
    ClaimState.PAID: gettext_lazy("保険会社から振り込まれました。"),
}
PARTS = {
    Part.FIRST_RESPONSE: gettext_lazy("最初の駆け付けと応急処置"),
    Part.FORENSICS: gettext_lazy("原因の調査(パソコン1台ごと)"),
    Part.ON_SITE: gettext_lazy("専門家の現地対応(3日)"),
    Part.TRAVEL: gettext_lazy("専門家の旅費"),
    Part.RECOVERY: gettext_lazy("パソコンの復旧(1台ごと)"),
    Part.HANDLING: gettext_lazy("事故の処理(法律の相談など)"),
    Part.PUBLICITY: gettext_lazy("お客さまへの連絡・広報"),
    Part.SALES: gettext_lazy("止まっている間の売上"),
}
CASES = {
    Case.BLOCKED: gettext_lazy("センサーが攻撃を止めた"),
    Case.CLEANED: gettext_lazy("事業者が駆け付けて、ウイルスを取り除けた"),
    Case.DOUBT: gettext_lazy("駆け付けても、感染のおそれが残った"),
    Case.NETWORK_DOWN: gettext_lazy("社内のネットワークが止まった"),
    Case.DATA_LOST: gettext_lazy("社内のデータが消えた"),
    Case.DATA_LEAKED: gettext_lazy("お客さまの情報が漏れた"),
    Case.CUSTOMER_VIRUS: gettext_lazy("自社を装ったメールで、取引先にウイルスを送ってしまった"),
    Case.CUSTOMER_DOWN: gettext_lazy("乗っ取られた機器が取引先を攻撃し、取引先の通信を止めた"),
}
CASE_HELP = {
    Case.BLOCKED: gettext_lazy("お助け隊で対応が終わります"),
    Case.CLEANED: gettext_lazy("お助け隊で対応が終わります(費用は付帯保険の上限まで)"),
    Case.DOUBT: gettext_lazy("取り除けなかったウイルスの除去や、感染元を調べる追加の費用"),
    Case.NETWORK_DOWN: gettext_lazy("止まった原因の調査と、元に戻すための費用"),
    Case.DATA_LOST: gettext_lazy("データを元に戻すための費用"),
    Case.DATA_LEAKED: gettext_lazy("お客さまへの見舞金と、損害賠償"),
    Case.CUSTOMER_VIRUS: gettext_lazy("取引先のデータが消えたことへの損害賠償"),
    Case.CUSTOMER_DOWN: gettext_lazy("取引先の通信を止めたことへの損害賠償"),
}
PAYS = {
    Pays.NOTHING_NEEDED: gettext_lazy("お助け隊だけで足ります"),
    Pays.COSTS: gettext_lazy("上乗せ保険: 費用"),
    Pays.COSTS_AND_LIABILITY: gettext_lazy("上乗せ保険: 費用と賠償"),
    Pays.LIABILITY: gettext_lazy("上乗せ保険: 賠償"),
}


@dataclass(frozen=True)
class Fact:
    """One thing a link says. `as_` tells the page how to write it: text, at (moment), yen, minutes, hash."""

    term: str
    value: Any
    as_: str = "text"


@dataclass(frozen=True)
class Check:
    """One question the insurer would ask, answered from the evidence."""

    ok: bool
    text: str


def link_title(link: Link) -> str:
    """What the link is about; of the consent, which part of it."""
    title = str(ClaimEvidence.Kind(link.kind).label)
    part = {"choice": _("方法"), "asked": _("依頼"), "vendor": _("事業者")}.get(str(link.data.get("what", "")), "")
    return f"{title}({part})" if link.kind == EvidenceKind.CONSENT and part else title


def link_facts(link: Link) -> list[Fact]:
    """What it says, empty values left out."""
    return [fact for fact in _FACTS[EvidenceKind(link.kind)](link.data) if fact.value not in ("", None)]


def _alert(data: Mapping[str, Any]) -> list[Fact]:
    seen = _("%(seen)s回(うち%(blocked)s回は止めました)") % {"seen": data["count"], "blocked": data["blocked"]}
    return [
        Fact(_("検知の名前"), defanged(data["signature"])),
        Fact(_("見つけた機能"), str(Function(data["function"]).label)),
        Fact(_("向き"), str(Direction(data["direction"]).label)),
        Fact(_("回数"), seen),
        Fact(_("最初"), moment(data["first_at"]), "at"),
        Fact(_("最後"), moment(data["last_at"]), "at"),
        Fact(_("決まりの名前"), data["rule"]),
    ]


def _grade(data: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(_("インシデント"), _("%(n)s番") % {"n": data["incident"]}),
        Fact(_("種類"), str(Incident.Kind(data["incident_kind"]).label)),
        Fact(_("重要度"), _importance(data["grade"])),
        Fact(_("きっかけ"), str(Incident.OpenedBy(data["opened_by"]).label)),
        Fact(_("受付"), moment(data["opened_at"]), "at"),
    ]


def _importance(grade: int) -> str:
    return f"{Grade(grade).label}({'★' * grade}{'☆' * (3 - grade)})" if grade else str(Grade(grade).label)


def _notice(data: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(_("件名"), data["subject"]),
        Fact(_("送信"), moment(data["sent_at"]), "at"),
        Fact(_("状態"), str(OutboxMessage.State(data["state"]).label)),
        Fact(_("本文のSHA-256"), data["text_sha256"], "hash"),
    ]


def _consent(data: Mapping[str, Any]) -> list[Fact]:
    if data["what"] == "vendor":
        return [Fact(_("引き受けた事業者"), data["vendor"]), Fact(_("引き受け"), moment(data["at"]), "at")]
    way = Fact(_("方法"), str(Job.Way(data["way"]).label))
    at = Fact(_("日時"), moment(data["at"]), "at")
    if data["what"] == "asked":
        return [Fact(_("依頼"), _("作業%(n)s番") % {"n": data["job"]}), way, at, Fact(_("希望"), data["wish"])]
    return [
        Fact(_("選んだ人"), data["said_by"]),
        Fact(_("伝え方"), str(Decision.Channel(data["channel"]).label)),
        way,
        at,
        Fact(_("見せた画面のSHA-256"), data["shown_sha256"], "hash"),
    ]


def _work(data: Mapping[str, Any]) -> list[Fact]:
    spent = data["minutes"]
    rows = [Fact(str(words), spent[kind], "minutes") for kind, words in WORK_KINDS if kind in spent]
    begins = [entry["from"] for entry in data["entries"]]
    ends = [entry["to"] for entry in data["entries"] if entry["to"]]
    return [
        *rows,
        Fact(_("合計"), data["total_minutes"], "minutes"),
        Fact(_("作業の始まり"), moment(min(begins, default="")), "at"),
        Fact(_("作業の終わり"), moment(max(ends, default="")), "at"),
    ]


def _signoff(data: Mapping[str, Any]) -> list[Fact]:
    drawn = _("手書きと氏名") if data["drawn"] else _("氏名")
    return [
        Fact(_("確認した人"), data["name"]),
        Fact(_("日時"), moment(data["at"]), "at"),
        Fact(_("確認した場所"), str(SignOff.Place(data["place"]).label)),
        Fact(_("確認の方法"), drawn),
        Fact(_("ひとこと"), data["remark"]),
        Fact(_("報告書"), _("第%(n)s版") % {"n": data["report_version"]}),
        Fact(_("報告書のSHA-256"), data["report_sha256"], "hash"),
    ]


def _file(data: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(_("ファイル"), data["name"]),
        Fact(_("説明"), data["caption"]),
        Fact("SHA-256", data["file_sha256"], "hash"),
    ]


def _invoice(data: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(_("請求書番号"), data["number"]),
        Fact(_("発行"), data["vendor"]),
        Fact(_("登録番号"), data["registration"] or _("なし(免税)")),
        Fact(_("請求日"), date.fromisoformat(data["on"]), "day"),
        Fact(_("合計(税込)"), data["total_yen"], "yen"),
        Fact(_("うち消費税"), data["tax_yen"], "yen"),
    ]


def _cover(data: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(_("1回の上限"), data["limit_yen"], "yen"),
        Fact(_("上限の数え方"), str(PolicyVersion.Tax(data["tax_rule"]).label)),
        Fact(_("保険年度の始まり"), date.fromisoformat(data["year_first"]), "day"),
        Fact(_("保険年度の終わり"), date.fromisoformat(data["year_last"]), "day"),
        Fact(_("保険への請求"), data["asked_yen"], "yen"),
        Fact(_("会社の負担"), data["own_yen"], "yen"),
    ]


_FACTS = {
    EvidenceKind.ALERT: _alert,
    EvidenceKind.GRADE: _grade,
    EvidenceKind.NOTICE: _notice,
    EvidenceKind.CONSENT: _consent,
    EvidenceKind.WORK: _work,
    EvidenceKind.FILE: _file,
    EvidenceKind.SIGNOFF: _signoff,
    EvidenceKind.INVOICE: _invoice,
    EvidenceKind.COVER: _cover,
}


def checks(claim: Claim, links: Iterable[Link], *, intact: bool) -> list[Check]:
    """What an insurer asks before it pays, answered from the frozen evidence."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for link in links:
        by_kind.setdefault(link.kind, []).append(link.data)
    grade = (by_kind.get("grade") or [{}])[0]
    by_rule = grade.get("grade") == 3 and grade.get("opened_by") not in BY_HAND
    sent = [notice for notice in by_kind.get("notice", []) if notice["sent_at"]]
    spent = sum(work["total_minutes"] for work in by_kind.get("work", []))
    chosen = {"choice", "vendor"} <= {consent["what"] for consent in by_kind.get("consent", [])}
    turn = {"slot": claim.slot or 0, "of": claim.claims_per_year}
    return [
        Check(by_rule, _("重要度 高(★★★)の検知で、決まりどおりに受け付けています")),
        Check(bool(sent), _("会社へのお知らせを送信しています")),
        Check(chosen, _("会社が対応の方法を選び、事業者が引き受けています")),
        Check(spent > 0, _("作業の記録があります(%(n)s分)") % {"n": spent}),
        _times_check(by_kind),
        Check("signoff" in by_kind, _("会社が作業の報告を確認しています(確認のしるし)")),
        Check(claim.slot is not None, _("保険年度の%(slot)s回目です(年%(of)s回まで)") % turn),
        Check(claim.asked_yen <= claim.limit_yen, _("請求は上限の中です")),
        Check(intact, _("証拠は記録したときのままです")),
    ]


def _times_check(by_kind: Mapping[str, Sequence[Mapping[str, Any]]]) -> Check:
    """Whether all work began after the first alert; time that lies ahead cannot be written down at all."""
    began = moment(min((alert["first_at"] for alert in by_kind.get("alert", [])), default=""))
    entries = [entry for work in by_kind.get("work", []) for entry in work["entries"]]
    early = [(start, entry) for entry in entries if (start := moment(entry["from"])) and began and start < began]
    if not early:
        return Check(True, _("作業は検知のあとに始まっています"))
    kinds, lines = dict(WORK_KINDS), []
    for start, entry in early:
        at = date_format(localtime(start), "Y-m-d H:i")
        lines.append(f"{at} {kinds[entry['kind']]}" + (f"「{entry['note']}」" if entry["note"] else ""))
    return Check(False, _("検知より前に始まった作業があります: %(entries)s") % {"entries": " / ".join(lines)})


def moment(text: str) -> datetime | None:
    """A stored time; None for none."""
    return datetime.fromisoformat(text) if text else None
