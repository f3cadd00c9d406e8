"""Component tags: small pieces of a page with fixed markup. Parameters and examples: docs/ui.md, /_components/.

Words given by the caller are escaped; the content of a block tag is template output and is kept as it is.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django import template
from django.core.paginator import Page
from django.forms import BoundField, Form
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from web.addresses import published
from web.icon_shapes import SHAPES

register = template.Library()

Text = str | Promise
TONES: Final = ("safe", "attention", "danger", "info", "neutral")
TONE_ICONS: Final = {
    "safe": "check",
    "attention": "alert",
    "danger": "stop",
    "info": "info",
    "neutral": "minus",
}
HERO_STATES: Final[dict[str, tuple[str, str, Text]]] = {
    "safe": ("safe", "shield", gettext_lazy("安全です")),
    "attention": ("attention", "alert", gettext_lazy("確認が必要です")),
    "danger": ("danger", "siren", gettext_lazy("すぐに対応が必要です")),
    "info": ("info", "info", gettext_lazy("お知らせがあります")),
    "unknown": ("neutral", "help", gettext_lazy("確認できていません")),
}
IMPORTANCE: Final[tuple[tuple[Text, str], ...]] = (
    (gettext_lazy("重要度 なし(記録のみ)"), "minus"),
    (gettext_lazy("重要度 低(★☆☆)"), "info"),
    (gettext_lazy("重要度 中(★★☆)"), "alert"),
    (gettext_lazy("重要度 高(★★★)"), "siren"),
)


def _tone(name: str) -> str:
    if name not in TONES:
        raise template.TemplateSyntaxError(f"unknown tone {name!r}; one of {', '.join(TONES)}")
    return name


def _level(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= 3:
        raise template.TemplateSyntaxError(f"importance must be a whole number 0 to 3, not {value!r}")
    return value


@register.simple_tag
def page_url(page: str, *arguments: Any) -> str:
    """Address of a page that a room above publishes (web.addresses), as `url` is for a room's own."""
    return reverse(published(page), args=arguments)


@register.simple_tag
def icon(name: str, label: Text = "", extra: str = "") -> SafeString:
    """An inline SVG icon. Without `label` it is decoration and hidden from screen readers."""
    return _drawn(name, str(label), extra)


@lru_cache(1000)
def _drawn(name: str, label: str, extra: str) -> SafeString:
    if name not in SHAPES:
        raise template.TemplateSyntaxError(f"no icon called {name!r}")
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        f" {extra}" if extra else "",
        role,
        mark_safe(SHAPES[name]),  # noqa: S308 - our own drawings
    )


@register.filter
def importance_text(level: int) -> str:
    """`重要度 高(★★★)` for 3, down to `重要度 なし(記録のみ)` for 0: for mail subjects, titles and paper."""
    return str(IMPORTANCE[_level(level)][0])


@register.simple_tag
def importance(level: int, size: str = "") -> SafeString:
    """Badge of a grade 0–3: word, icon and colour. `size="large"` for the head of a page."""
    words, shape = IMPORTANCE[_level(level)]
    large = " importance--large" if size == "large" else ""
    return format_html(
        '<span class="importance importance--{}{}">{}{}</span>',
        level,
        large,
        icon(shape),
        words,
    )


@register.simple_tag
def chip(text: Text, tone: str = "neutral", shape: str = "") -> SafeString:
    """State of a thing in one or two words, with icon and colour."""
    return format_html(
        '<span class="chip tone-{}">{}{}</span>',
        _tone(tone),
        icon(shape or TONE_ICONS[tone]),
        text,
    )


def _attributes(given: Mapping[str, object]) -> SafeString:
    """`hx_post="/x"` → ` hx-post="/x"`; True gives the bare name, False, None and "" give nothing."""
    names = ((key.rstrip("_").replace("_", "-"), value) for key, value in given.items())
    parts = [
        format_html(" {}", n) if v is True else format_html(' {}="{}"', n, v)
        for n, v in names
        if v not in (None, False, "")
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def button(
    label: Text,
    href: str = "",
    kind: str = "primary",
    size: str = "",
    shape: str = "",
    wide: bool = False,
    **attributes: object,
) -> SafeString:
    """A link that looks like a button when `href` is given, else a submit button (`type="button"` changes that).

    kind: primary, secondary, tertiary, danger. size: "", small, large. Other keywords become attributes,
    with `_` written `-`: `hx_post=…`, `name=…`, `form=…`, `data_key="a"`.
    """
    classes = f"button button--{kind}" + (f" button--{size}" if size else "") + (" button--wide" if wide else "")
    inner = format_html("{}{}", icon(shape) if shape else "", label)
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}</a>',
            classes,
            href,
            _attributes(attributes),
            inner,
        )
    attributes.setdefault("type", "submit")
    return format_html('<button class="{}"{}>{}</button>', classes, _attributes(attributes), inner)


def _kept(content: str) -> SafeString:
    """Content of a block tag without the white space around it; it was rendered, so it is markup already."""
    return mark_safe(content.strip())  # noqa: S308 - output of the template engine


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"components/{name}.html", context)


@register.simple_block_tag(end_name="endhero")
def hero(
    content: str,
    state: str,
    title: Text,
    word: Text = "",
    kicker: Text = "",
    shape: str = "",
    level: int = 1,
) -> SafeString:
    """The answer to "are we safe?". state: safe, attention, danger, info, unknown.

    Content: sentences and one button.
    """
    if state not in HERO_STATES:
        raise template.TemplateSyntaxError(f"unknown state {state!r}; one of {', '.join(HERO_STATES)}")
    tone, default_shape, default_word = HERO_STATES[state]
    return _render(
        "hero",
        {
            "content": content,
            "tone": tone,
            "shape": shape or default_shape,
            "word": word or default_word,
            "kicker": kicker or gettext("いまの状態"),
            "title": title,
            "level": level,
        },
    )


@register.simple_block_tag(end_name="endpage_header")
def page_header(content: str, title: Text, lead: Text = "", eyebrow: Text = "") -> SafeString:
    """h1 and the sentence that answers why one came. Content: badges or buttons beside it (may be empty)."""
    return _render(
        "page_header",
        {"content": _kept(content), "title": title, "lead": lead, "eyebrow": eyebrow},
    )


@register.simple_block_tag(end_name="endbanner")
def banner(content: str, tone: str, title: Text, shape: str = "", live: bool = False) -> SafeString:
    """Notice inside a page. `live=True` when it appears after the page was loaded: it is then read out."""
    context = {
        "content": _kept(content),
        "tone": _tone(tone),
        "title": title,
        "live": live,
        "shape": shape or TONE_ICONS[tone],
    }
    return _render("banner", context)


@register.simple_block_tag(end_name="endemergency")
def emergency(content: str, title: Text) -> SafeString:
    """Red band over the whole width for what cannot wait; at most one on a page. Content: a sentence, one button."""
    return _render("emergency", {"content": content, "title": title})


@register.simple_block_tag(end_name="endcard")
def card(
    content: str,
    title: Text = "",
    href: str = "",
    tone: str = "",
    level: int = 2,
    aside: Text = "",
) -> SafeString:
    """A box of things that belong together. `aside` stands right of the title (text or safe markup)."""
    context = {
        "content": content,
        "title": title,
        "href": href,
        "level": level,
        "aside": aside,
        "tone": _tone(tone) if tone else "",
    }
    return _render("card", context)


@register.simple_block_tag(end_name="endsection")
def section(content: str, title: Text, level: int = 2, anchor: str = "", note: Text = "") -> SafeString:
    """Part of a page under its own heading."""
    return _render(
        "section",
        {
            "content": content,
            "title": title,
            "level": level,
            "anchor": anchor,
            "note": note,
        },
    )


@register.simple_block_tag(end_name="enddisclosure")
def disclosure(content: str, summary: Text, opened: bool = False, key: str = "") -> SafeString:
    """What most readers need not see. Opens without JavaScript, and is open on paper. `key` unfolds it (queue.js)."""
    return _render("disclosure", {"content": content, "summary": summary, "opened": opened, "key": key})


@register.simple_block_tag(end_name="endempty")
def empty(content: str, title: Text, shape: str = "empty") -> SafeString:
    """An empty page or list: what will be here, and in the content when (UI rule 8)."""
    return _render("empty", {"content": _kept(content), "title": title, "shape": shape})


@register.inclusion_tag("components/facts.html")
def facts(items: Sequence[tuple[Text, object]]) -> dict[str, object]:
    """Description list of (term, value)."""
    return {"items": items}


@register.inclusion_tag("components/stat.html")
def stat(
    label: Text,
    value: Text | int,
    unit: Text = "",
    n: int | None = None,
    period: Text = "",
    tone: str = "",
    href: str = "",
    note: Text = "",
) -> dict[str, object]:
    """One number with its unit, its n (where it is a share) and its period. Put several in `<div class="stats">`."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "n": n,
        "period": period,
        "href": href,
        "note": note,
        "tone": _tone(tone) if tone else "",
        "shape": TONE_ICONS.get(tone, ""),
        "is_number": isinstance(value, int),
    }


@register.inclusion_tag("components/data_table.html")
def data_table(
    caption: Text,
    headers: Sequence[Text],
    rows: Sequence[Sequence[object]],
    numeric: str = "",
    cards: bool = True,
    hide_caption: bool = False,
) -> dict[str, object]:
    """A table from plain lists; its first column names the row. On a phone each row is a card.

    numeric: positions of number columns from 0, as "1,3". Numbers in them get thousands separators.
    """
    positions = {int(part) for part in numeric.split(",") if part.strip()}
    columns = [{"label": label, "numeric": at in positions} for at, label in enumerate(headers)]
    filled = [
        [
            {
                "value": value,
                "label": headers[at],
                "numeric": at in positions,
                "whole": isinstance(value, int),
            }
            for at, value in enumerate(row)
        ]
        for row in rows
    ]
    return {
        "caption": caption,
        "columns": columns,
        "rows": filled,
        "cards": cards,
        "hide_caption": hide_caption,
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: Text) -> dict[str, object]:
    """`{% breadcrumbs "ホーム" home_url "お知らせ" list_url "この件" %}`: label, address, …; none for the last."""
    steps = [
        {"label": pairs[at], "href": pairs[at + 1] if at + 1 < len(pairs) else ""} for at in range(0, len(pairs), 2)
    ]
    return {"steps": steps}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: "Page[Any]", param: str = "page") -> dict[str, object]:
    """Pages of a list, keeping the other parameters of the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    query = context["request"].GET.copy() if "request" in context else None
    links: list[dict[str, object]] = []
    for number in numbers:
        links.append(
            {
                "number": number,
                "gap": not isinstance(number, int),
                "current": number == page.number,
                "href": _page_href(query, param, number),
            }
        )
    return {
        "page": page,
        "links": links,
        "previous": _page_href(query, param, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_href(query, param, page.next_page_number()) if page.has_next() else "",
    }


def _page_href(query: Any, param: str, number: object) -> str:
    if query is None:
        return f"?{param}={number}"
    query[param] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, object]], label: Text = "") -> dict[str, object]:
    """Tabs that are links. Each item: label, href, current (bool), count (optional)."""
    return {"items": items, "label": label or gettext("表示の切り替え")}


@register.inclusion_tag("components/steps.html")
def steps(labels: Sequence[Text], current: int, label: Text = "") -> dict[str, object]:
    """Where one is in a procedure. `current` counts from 1; one past the end means all done."""
    states = [("done" if at < current else "current" if at == current else "todo") for at in range(1, len(labels) + 1)]
    marked = [{"label": text, "state": state} for text, state in zip(labels, states, strict=True)]
    return {"steps": marked, "label": label or gettext("手順")}


@register.inclusion_tag("components/progress.html")
def progress(label: Text, value: int, whole: int, unit: Text = "", note: Text = "") -> dict[str, object]:
    """How far long work is: `whole` 0 means that it is not known yet."""
    return {"label": label, "value": value, "whole": whole, "unit": unit, "note": note}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """What happened when. Each entry: at (aware datetime), title; optional text, who, tone, shape."""
    marked = []
    for entry in entries:
        tone = _tone(str(entry.get("tone") or "neutral"))
        marked.append({**entry, "tone": tone, "shape": entry.get("shape") or TONE_ICONS[tone]})
    return {"entries": marked}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: Text = "", boxed: bool = False, label: Text = "") -> dict[str, object]:
    """One form field with label, 必須 mark, hint and errors, wired for screen readers; also groups of choices."""
    kind = str(getattr(bound.field.widget, "input_type", ""))
    several = (
        hasattr(bound.field.widget, "subwidgets")
        and kind in {"radio", "checkbox"}
        and bool(getattr(bound.field.widget, "choices", None))
    )
    hint_text = hint or bound.help_text
    ids = [f"{bound.auto_id}_{part}" for part, there in (("hint", hint_text), ("error", bound.errors)) if there]
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(ids)} if ids else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if bound.field.widget.attrs.get("placeholder") == bound.label:
        attrs["placeholder"] = ""  # said by the label already, and read out twice
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint_text,
        "boxed": boxed,
        "hidden": bound.is_hidden,
        "group": several,
        "single_check": kind == "checkbox" and not several,
        "control": bound.as_widget(attrs=attrs),
        "described_by": " ".join(ids),
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: Form) -> dict[str, object]:
    """All fields of a form, errors first. The caller writes `<form class="form">`, the token and the button."""
    return {"form": form}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Form) -> dict[str, object]:
    """The list of what must be corrected, with links to the fields; nothing when the form is in order."""
    return {"form": form}


@register.inclusion_tag("components/keyboard_help.html")
def keyboard_help(extra: Sequence[tuple[str, Text]] = ()) -> dict[str, object]:
    """The dialog behind "?" on staff pages. `extra`: (key, what it does) of this page, beside the common ones.

    Each line names what it works on: the script hides those a page has nothing for, and adds the page's own keys.
    """
    rows = "[data-queue] [data-queue-row]"
    common: list[tuple[str, Text, str]] = [
        ("j", gettext("次の行へ"), rows),
        ("k", gettext("前の行へ"), rows),
        ("Enter", gettext("選んだ行を開く"), rows),
        ("x", gettext("選んだ行にチェックを付ける・外す"), f"{rows} input[type=checkbox]"),
        ("/", gettext("検索欄へ"), "[data-queue-search]"),
        ("r", gettext("一覧を読み直す"), rows),
        ("?", gettext("このヘルプを開く・閉じる"), ""),
    ]
    return {"shortcuts": [*common, *((key, what, "") for key, what in extra)]}
