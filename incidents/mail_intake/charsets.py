"""Bytes of Japanese mail as text, also where the mail says the wrong thing about itself. Plain functions.

ISO-2022-JP comes with NEC's and IBM's extra characters (①, ㈱, 髙), which Python's codec refuses: its double bytes are
turned into CP932, which has them.
"""

from __future__ import annotations

import re
import unicodedata
from email.header import decode_header
from typing import Final

_ESCAPE: Final = re.compile(rb"\x1b(\$[B@]|\$\([DOPQ]|\([BJIH])")
_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-鿿]")
_HALF_KANA: Final = re.compile(r"[｡-ﾟ]")
_SAME: Final = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "cp943c": "cp932", "gb2312": "gb18030", "ks_c_5601-1987": "cp949",
}  # fmt: skip
_SAYS_NOTHING: Final = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "iso-8859-1"})


def text_of(content: bytes, charset: str | None) -> str:
    """`content` as text; what cannot be read becomes �. The charset it names is believed only where it fits."""
    name = (charset or "").strip().strip("\"'").lower()
    if name.startswith(("iso-2022-jp", "iso2022jp", "cp5022", "csiso2022jp")) or (
        b"\x1b$" in content and name in _SAYS_NOTHING | {"utf-8"}
    ):
        return _iso_2022_jp(content)
    if name not in _SAYS_NOTHING:
        try:
            return content.decode(_SAME.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass
    return _guessed(content)


def header_text(value: object) -> str:
    """A header in one line, encoded words read, also broken ones: half a character a word, raw bytes, in quotes."""
    raw = str(value).encode("utf-8", "surrogateescape")
    if b"=?" not in raw:
        return one_line(text_of(raw, None))
    # Between two encoded words white space is nothing, also where it is missing.
    unfolded = re.sub(r"\?=\s*=\?", "?= =?", re.sub(r"\r?\n[ \t]*", " ", raw.decode("latin-1")))
    try:
        parts = decode_header(unfolded)
    except ValueError:
        return one_line(text_of(raw, None))
    told = [text_of(part if isinstance(part, bytes) else part.encode("latin-1"), named) for part, named in parts]
    return one_line("".join(told))


def one_line(text: str) -> str:
    """Without line breaks, control characters and signs that turn the reading direction around; NFC."""
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """Text as it is kept: NFC, line feeds, nothing a database or a screen stumbles over."""
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cf"})


def _guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = []
    for name in ("cp932", "euc_jp"):
        told = content.decode(name, "replace")
        worth = len(_JAPANESE.findall(told)) - 2 * len(_HALF_KANA.findall(told)) - 5 * told.count("�")
        found.append((worth, told))
    return max(found, key=lambda pair: pair[0])[1]


def _iso_2022_jp(content: bytes) -> str:
    told, state, place = [], b"(B", 0
    for found in [*_ESCAPE.finditer(content), None]:
        piece = content[place : found.start() if found else len(content)]
        told.append(_segment(piece, state))
        if found:
            state, place = found[1], found.end()
    return "".join(told)


def _segment(piece: bytes, state: bytes) -> str:
    if state in (b"$B", b"$@"):
        return "".join(_line(line) for line in re.split(rb"([\r\n]+)", piece))
    if state == b"(I":
        return bytes(sign | 0x80 for sign in piece).decode("cp932", "replace")
    if state.startswith(b"$("):
        return (b"\x1b" + state + piece + b"\x1b(B").decode("iso2022_jp_ext", "replace")
    return piece.decode("cp932", "replace") if max(piece, default=0) > 0x7F else piece.decode("ascii")


def _line(line: bytes) -> str:
    """Double bytes of JIS X 0208 as CP932 writes them."""
    if not line or line[:1] in b"\r\n":
        return line.decode("ascii")
    out = bytearray()
    for high, low in zip(line[::2], line[1::2], strict=False):
        row, cell = high - 0x21, low + (0x7E if not high % 2 else (0x1F if low < 0x60 else 0x20))
        known = 0 <= row < 94 and 0x21 <= low <= 0x7E
        out += bytes((row // 2 + (0x81 if row < 62 else 0xC1), cell)) if known else b"?"
    return out.decode("cp932", "replace")
