"""Messages for chats, in the formats their makers describe. Plain functions: words in, request out.

Sources: Slack "Sending messages using incoming webhooks" and "Formatting message text"; Microsoft "Create incoming
webhooks with Workflows" (an Adaptive Card 1.4 as attachment); Chatwork API v2 "POST /rooms/{room_id}/messages".
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from notifications.carriers.request import Notice, Post

JSON: Final = "application/json; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"
_FULL_WIDTH: Final = {ord("["): 0xFF3B, ord("]"): 0xFF3D}


def slack_post(url: str, notice: Notice) -> Post:
    """For an incoming webhook. Nothing in the title can call people or hide a link: &, < and > are escaped."""
    lines = [_slack_plain(notice.title)]
    if notice.link:
        lines.append(f"<{_slack_plain(notice.link)}|{_slack_plain(link_words(notice))}>")
    return Post(url, {"Content-Type": JSON}, _json({"text": "\n".join(lines), "unfurl_links": False}))


def teams_post(url: str, notice: Notice) -> Post:
    """For a workflow that posts what its webhook gets. A text run is shown as it is; a TextBlock reads markdown."""
    title: dict[str, Any] = {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": notice.title, "weight": "Bolder"}],
    }
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title],
    }
    if notice.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": link_words(notice), "url": notice.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return Post(url, {"Content-Type": JSON}, _json({"type": "message", "attachments": [attachment]}))


def chatwork_post(token: str, room: str, notice: Notice) -> Post:
    """Into a room, as the account the token is of. Square brackets, which Chatwork reads as tags, become full-width."""
    body = "\n".join(filter(None, (_chatwork_plain(notice.title), notice.link)))
    return Post(
        f"{settings.CHATWORK_API_URL}/v2/rooms/{quote(room, safe='')}/messages",
        {"Content-Type": FORM, "X-ChatWorkToken": token},
        urlencode({"body": body, "self_unread": "1"}).encode(),
    )


def link_words(notice: Notice) -> str:
    """What the link is called."""
    with translation.override(notice.language):
        return gettext("くわしく見る・答える")


def _slack_plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _chatwork_plain(text: str) -> str:
    return text.translate(_FULL_WIDTH)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
