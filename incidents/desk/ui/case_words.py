"""Cases in words: topics, history lines, and the thread in which notes and messages look different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from incidents.desk.rules import CATEGORIES
from incidents.models import CASE_STATES, Case, CaseEvent, Contact, CustomerMessage, Escalation, InternalNote

TOPICS: dict[str, Any] = {
    "install": gettext_lazy("設置のしかた"),
    "silent": gettext_lazy("連絡がない・つながらない"),
    "trouble": gettext_lazy("ネットが遅い・使えない"),
    "move": gettext_lazy("移設・入れ替え"),
    "return": gettext_lazy("返却"),
    "login": gettext_lazy("ログインできない"),
    "reading": gettext_lazy("画面の見かた"),
    "people": gettext_lazy("利用者の追加・変更"),
    "meaning": gettext_lazy("お知らせの意味"),
    "what_to_do": gettext_lazy("何をすればよいか"),
    "too_many": gettext_lazy("お知らせが多い・誤りでは"),
    "report": gettext_lazy("報告書の見かた"),
    "infection": gettext_lazy("感染したかもしれない"),
    "mail": gettext_lazy("不審なメール"),
    "fraud": gettext_lazy("偽の警告・詐欺"),
    "advice": gettext_lazy("対策の相談"),
    "joining": gettext_lazy("参加の問い合わせ"),
    "contract": gettext_lazy("契約・料金"),
    "insurance": gettext_lazy("補償"),
    "pc": gettext_lazy("パソコン・タブレット"),
    "printer": gettext_lazy("プリンター"),
    "anything": gettext_lazy("よろず相談"),
}
STATE_NAMES = dict(CASE_STATES)


def topic_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Category → (value "category/topic", words): one list for both levels."""
    names = dict(Case.Category.choices)
    return [
        (str(names[category]), [(f"{category}/{topic}", str(TOPICS[topic])) for topic in topics])
        for category, topics in CATEGORIES.items()
    ]


def topics_named(words: str) -> list[str]:
    """The topics whose words hold what somebody looks for: 感染 finds 感染したかもしれない."""
    return [topic for topic, name in TOPICS.items() if words and words.casefold() in str(name).casefold()]


def topic_read(value: str) -> tuple[str, str]:
    """("box", "install") from "box/install"; two empty texts for anything else."""
    category, _, topic = value.partition("/")
    return (category, topic) if topic in CATEGORIES.get(category, ()) else ("", "")


def topic_words(case: Case) -> str:
    """Both levels in one line."""
    if not case.category:
        return gettext("未定")
    return f"{case.get_category_display()} / {TOPICS.get(case.topic, '')}"


@dataclass(frozen=True)
class ThreadLine:
    """One entry of a case's thread. look: note (inside), desk, firm, contact, event."""

    look: str
    at: datetime
    who: str
    title: str
    body: str = ""


def thread(
    *,
    notes: Sequence[InternalNote],
    messages: Sequence[CustomerMessage],
    contacts: Sequence[Contact],
    events: Sequence[CaseEvent],
    escalations: Sequence[Escalation],
) -> list[ThreadLine]:
    """Everything of a case, oldest first."""
    lines = [ThreadLine("note", note.at, str(note.author), gettext("内部メモ"), note.body) for note in notes]
    lines += [_message(message) for message in messages]
    lines += [
        ThreadLine(
            "contact", contact.offered_at, str(contact.agent or ""), contact_words(contact), contact_who(contact)
        )
        for contact in contacts
    ]
    worded = _worded_events(events)
    lines += [ThreadLine("event", event.at, str(event.actor or gettext("自動")), words) for event, words in worded]
    for escalation in escalations:
        to = f"{escalation.get_to_display()} {escalation.name}".strip()
        title = gettext("%(to)sへ依頼") % {"to": to}
        lines.append(
            ThreadLine(
                "note", escalation.at, str(escalation.by), gettext("%(to)sへ依頼") % {"to": to}, escalation.question
            )
        )
        if escalation.answered_at:
            title = gettext("%(to)sの回答") % {"to": to}
            lines.append(
                ThreadLine("note", escalation.answered_at, str(escalation.answered_by or ""), title, escalation.answer)
            )
    return sorted(lines, key=lambda line: line.at)


def _message(message: CustomerMessage) -> ThreadLine:
    if message.from_firm:
        return ThreadLine("firm", message.at, str(message.author or ""), gettext("会社から"), message.body)
    return ThreadLine("desk", message.at, str(message.author or ""), gettext("会社へのメッセージ"), message.body)


def contact_words(contact: Contact) -> str:
    """ "電話 受信 3分" and such."""
    way = f"{contact.get_channel_display()} {contact.get_direction_display()}"
    if contact.channel != Contact.Channel.PHONE:
        return way
    outcome = {
        "offered": gettext("呼び出し中"),
        "talking": gettext("通話中"),
        "abandoned": gettext("応答できず"),
    }.get(contact.outcome)
    if outcome is None and contact.answered_at and contact.ended_at:
        outcome = minutes_words(contact.ended_at - contact.answered_at)
    return f"{way} {outcome or ''}".strip()


def contact_who(contact: Contact) -> str:
    """Name and number of the other side."""
    name = contact.caller.name if contact.caller else ""
    email = contact.caller.email if contact.caller else ""
    return " ".join(word for word in (name, contact.number_raw, email) if word)


def minutes_words(length: timedelta) -> str:
    """ "3分20秒"."""
    minutes, seconds = divmod(max(int(length.total_seconds()), 0), 60)
    return gettext("%(minutes)s分%(seconds)s秒") % {"minutes": minutes, "seconds": seconds}


def _worded_events(events: Sequence[CaseEvent]) -> list[tuple[CaseEvent, str]]:
    worded = [(event, event_words(event)) for event in events]
    return [(event, words) for event, words in worded if words]


def event_words(event: CaseEvent) -> str:
    """A line of the history; "" for what the thread shows anyway."""
    data = event.data
    if event.code == "moved":
        state = str(STATE_NAMES.get(data.get("to", ""), ""))
        words = gettext("状態が「%(state)s」になりました。") % {"state": state}
        return f"{words} {data['reason']}" if data.get("reason") and data.get("to") == "merged" else words
    numbered = {
        "merged_here": gettext("相談 %(number)s番をここにまとめました。"),
        "split": gettext("一部を相談 %(number)s番に分けました。"),
        "split_from": gettext("相談 %(number)s番から分けました。"),
        "incident": gettext("インシデント %(number)s番の件として記録しました。"),
    }
    if event.code in numbered:
        return numbered[event.code] % {"number": data.get("number", "")}
    if event.code == "taken_over":
        return gettext("%(before)sさんから担当を替わりました。%(reason)s") % {
            "before": data.get("before", ""),
            "reason": data.get("reason", ""),
        }
    if event.code in {"mailbox_silent", "mail_refused"}:
        return _mailbox_words(event.code, data)
    plain = {
        "identified": gettext("会社が分かりました。"),
        "opened": gettext("受け付けました。"),
        "mail_other_sender": gettext(
            "ほかの相談への返信のように見えますが、差出人がその相談の方ではないため、新しい相談にしました。"
        ),
        "mailbox_reads": gettext("受信箱が読めるようになりました。"),
        "mail_aside": gettext("届いたメールを何度試しても取り込めなかったため、「取り分けたメール」に置きました。"),
    }
    return plain.get(event.code, "")


def _mailbox_words(code: str, data: dict[str, Any]) -> str:
    named = {"mailbox": data.get("mailbox", ""), "tries": data.get("tries", ""), "error": data.get("error", "")}
    if code == "mailbox_silent":
        return (
            gettext(
                "%(mailbox)s の受信箱を%(tries)s回続けて読めませんでした。届いたメールは受信箱に残っています。"
                "つながるまで、メールソフトで直接見てください。メールサーバーの答え: %(error)s"
            )
            % named
        )
    return (
        gettext(
            "%(mailbox)s の受信箱のメール1通を、%(tries)s回試しても取り込めませんでした。"
            "メールソフトで直接見てください。メールサーバーの答え: %(error)s"
        )
        % named
    )
