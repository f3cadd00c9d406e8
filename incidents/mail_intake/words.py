"""The words of an HTML mail as a browser would show them, a line per block. Nothing of it is ever shown as HTML.

The tree is built by lexbor, an HTML5 parser. What HTML5 asks of it costs the square of deep nesting and of many
attributes, so the page is cut before it is parsed: no more signs, and no more tags, than mails of people have.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST_PAGE: Final = 500_000  # letters, without pictures that are written into the page
MOST_TAGS: Final = 10_000
LONGEST_TAG: Final = 4_000  # a tag with more loses its attributes
_PICTURE: Final = re.compile(r"data:[\w/+.;=-]{1,100}base64,[A-Za-z0-9+/=%\s]*")
_LONG_TAG: Final = re.compile(rf"(<[A-Za-z][A-Za-z0-9:-]{{0,30}})[^<>]{{{LONGEST_TAG},}}([^<>]{{2}})")
_NOT_SHOWN: Final = frozenset(
    {"script", "style", "head", "title", "template", "iframe", "noframes", "audio", "video", "canvas", "datalist"}
)
_PARAGRAPHS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"}
)
_BLOCKS: Final = _PARAGRAPHS | {
    "div",
    "tr",
    "li",
    "dt",
    "dd",
    "hr",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "address",
    "center",
    "form",
    "fieldset",
    "caption",
    "figure",
    "details",
    "summary",
    "option",
    "body",
}
_CELLS: Final = frozenset({"td", "th"})
_NO_DISPLAY: Final = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)


def page_cut(page: str, longest: int = LONGEST_PAGE) -> tuple[str, bool]:
    """The page as far as it is parsed, and whether that is all of it but pictures."""
    slim = _LONG_TAG.sub(r"\1 \2", _PICTURE.sub("data:,", page))
    cut = slim[:longest]
    tags = cut.split("<", MOST_TAGS + 1)
    if len(tags) > MOST_TAGS + 1:
        cut = "<".join(tags[:-1])
    return cut, len(cut) == len(slim)


def html_text(page: str, longest: int = LONGEST_PAGE) -> str:
    """The words of a page, of at most `longest` letters of it."""
    cut, _whole = page_cut(page, longest)
    tree = LexborHTMLParser(cut.encode("utf-8", "replace"))
    start = tree.body or tree.root
    return _Lines().of(start) if start is not None else ""


class _Lines:
    """Lines as they form while the tree is walked; without recursion, for a tree may be as deep as it is long."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._preformatted = 0

    def of(self, start: LexborNode) -> str:
        """The words below a node."""
        stack: list[tuple[LexborNode, bool]] = [(start, False)]
        while stack:
            node, left = stack.pop()
            if left:
                self._leave(node.tag or "")
                continue
            if node.is_text_node:
                self._text(node.text_content or "")
            elif node.tag == "br":
                self._break()
            elif _is_shown(node):
                self._enter(node.tag or "")
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
        self._boundary()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _text(self, text: str) -> None:
        if not self._preformatted:
            self._line.append(re.sub(r"\s+", " ", text))
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for line in others:
            self._break()
            self._line.append(line)

    def _enter(self, tag: str) -> None:
        self._preformatted += tag == "pre"
        if tag in _BLOCKS:
            self._boundary(apart=tag in _PARAGRAPHS)

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._boundary(apart=tag in _PARAGRAPHS)
        elif tag in _CELLS:
            self._line.append(" ")
        self._preformatted -= tag == "pre"

    def _break(self) -> None:
        joined = "".join(self._line)
        self._lines.append(joined.rstrip() if self._preformatted else " ".join(joined.split()))
        self._line = []

    def _boundary(self, *, apart: bool = False) -> None:
        if "".join(self._line).strip():
            self._break()
        self._line = []
        if apart and self._lines and self._lines[-1]:
            self._lines.append("")


def _is_shown(node: LexborNode) -> bool:
    if not node.is_element_node or node.tag in _NOT_SHOWN:
        return False
    attributes = node.attributes
    return "hidden" not in attributes and not _NO_DISPLAY.search((attributes.get("style") or "")[:2000])
