"""Bytes of Japanese mail as text, also where the mail says the wrong thing about itself. Plain functions.

The charset a mail names comes first: what cannot be read in it becomes �, and the rest stays. Only where most of the
text does not fit the name is another charset guessed. Japanese charsets are read with the rows their vendors added
(①, ㈱, 髙), which Python's codecs refuse: double bytes of ISO-2022-JP and EUC-JP are turned into CP932, which has them.
"""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from base.identity import composed

LONGEST_HEADER: Final = 10_000
_NORMALISED_AT_ONCE: Final = 2_000  # ordering of marks costs the square of what is given to it at once
_ESCAPE: Final = re.compile(rb"\x1b(\$[B@A]|\$\([ADOPQC]|\([BJIH])")
_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-鿿]")
_SURELY_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ]|[一-鿿]{2}")
_HALF_KANA: Final = re.compile(r"[｡-ﾟ]")
_WORD: Final = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BASE64_LINE: Final = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_EUC_SIGN: Final = re.compile(rb"[\x00-\x7f]+|\x8f[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|[\xa1-\xfe]{2}|.", re.DOTALL)
_SAME: Final = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "cp943c": "cp932",
    "cp943": "cp932",
    "ibm943": "cp932",
    "csshiftjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-japanese": "cp932",
}
_WIDER: Final = {
    b"$A": "iso2022_jp_2",
    b"$(A": "iso2022_jp_2",
    b"$(C": "iso2022_jp_2",
    b"$(O": "iso2022_jp_3",
}
_UTF_32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_LATIN: Final = frozenset({"iso-8859-1", "latin1", "latin-1", "iso8859-1", "windows-1252", "cp1252"})
_SAYS_NOTHING: Final = _LATIN | {"", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "default"}
_EUC: Final = frozenset(
    {
        "euc-jp",
        "euc_jp",
        "eucjp",
        "x-euc-jp",
        "x-euc",
        "eucjp-ms",
        "euc-jp-ms",
        "eucjp-win",
        "cp51932",
        "ujis",
        "cseucpkdfmtjapanese",
    }
)
# Codecs of Python that are no charset of any mail.
_NO_CHARSETS: Final = frozenset({"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape"})
# IBM's characters where EUC-JP-MS and ISO-2022-JP-MS keep them: rows 83 (from cell 83) and 84 of JIS X 0212.
_IBM: Final = (
    "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤﨎咊坙﨏塚增寬峵嵓﨑德悅愠敎昻晥晴朗栁﨓﨔橫"
    "櫢淸淲瀨凞猪甁皂皞益礰礼神祥福竧靖精綠緖羽荢﨟薰蘒﨡蠇諸譿賴赶﨣﨤逸郞都鄕﨧﨨閒隆﨩霻靍靑飯飼館馞髙魲鶴黑"
)


def text_of(content: bytes, charset: str | None) -> str:
    """`content` as text; what cannot be read becomes �. Never raises, whatever the charset calls itself."""
    name = (charset or "").partition("*")[0].strip().strip("\"'").lower()[:40]
    if codec_utf_16 := _utf_16(content, name):
        return content.decode(codec_utf_16, "replace").removeprefix("\ufeff")
    if _is_iso_2022_jp(content, name):
        return _iso_2022_jp(content)
    if name in _EUC:
        return _declared(content, _euc_jp(content))
    codec = None if name in _SAYS_NOTHING else _codec(name)
    if codec is None:
        return _guessed(content, "cp1252" if name in _LATIN else "utf-8")
    try:
        return content.decode(codec)
    except UnicodeError:
        return _declared(content, content.decode(codec, "replace"))


def header_text(value: object) -> str:
    """A header in one line, encoded words read, also broken ones: half a character a word, raw bytes, in quotes."""
    raw = str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape")
    if b"=?" not in raw:
        return one_line(text_of(raw, None))
    return one_line("".join(text_of(content, charset) for content, charset in _joined(raw.decode("latin-1"))))


def base64_bytes(written: bytes) -> bytes:
    """What base64 stands for, as far as it goes: also with foreign signs, and when its end was cut off."""
    return b"".join(_base64_piece(piece) for piece in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", written)))


def base64_text(written: bytes) -> bytes:
    """The same for words: plain lines that a list put behind the encoded ones are kept as they are."""
    foreign = _NO_BASE64.search(written)
    begins = written.rfind(b"\n", 0, foreign.start()) + 1 if foreign else 0
    if not begins:
        return base64_bytes(written)
    encoded: list[bytes] = [written[:begins]]
    plain_lines: list[bytes] = []
    for line in written[begins:].splitlines():
        (encoded if _BASE64_LINE.fullmatch(line) else plain_lines).append(line)
    return base64_bytes(b"".join(encoded)) + b"\n" + b"\n".join(plain_lines)


def one_line(text: str) -> str:
    """Without line breaks, control characters and signs that turn the reading direction around; NFC."""
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """Text as it is kept: NFC, line feeds, nothing a database or a screen stumbles over."""
    lined = text.replace("\r\n", "\n").replace("\r", "\n")
    unified = "".join(composed(piece) for piece in _pieces(lined))
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cf"})


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of bounded length, none of which begins with a mark of the sign before it."""
    place = 0
    while place < len(text):
        end = min(place + _NORMALISED_AT_ONCE, len(text))
        starts = (at for at in range(end, max(place, end - 40), -1) if at < len(text))
        end = next((at for at in starts if not unicodedata.combining(text[at])), end) if end < len(text) else end
        yield text[place:end]
        place = end


def _utf_16(content: bytes, name: str) -> str:
    """The byte order of UTF-16 that calls itself something else; "" for any other text. Half of what is ASCII in it is
    NUL, which no other charset's text holds."""
    if name.startswith(("utf-16", "utf16", "utf-32", "utf32", "ucs")) or content.startswith(_UTF_32):
        return ""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if content.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    high, low = content[0::2].count(0), content[1::2].count(0)
    if len(content) % 2 or 20 * max(high, low) < len(content) or 10 * min(high, low) > max(high, low):
        return ""
    return "utf-16-be" if high > low else "utf-16-le"


def _is_iso_2022_jp(content: bytes, name: str) -> bool:
    if name.startswith(("iso-2022-jp", "iso2022jp", "iso2022_jp", "cp5022", "csiso2022jp", "x-windows-iso2022jp")):
        return True
    return b"\x1b$" in content and name in _SAYS_NOTHING | {"utf-8"}


def _codec(name: str) -> str | None:
    """Python's codec for a charset; None for a name that is none."""
    try:
        known = codecs.lookup(_SAME.get(name, name))
    except (LookupError, ValueError):
        return None
    return known.name if known._is_text_encoding and known.name not in _NO_CHARSETS else None


def _declared(content: bytes, repaired: str) -> str:
    """The text in the charset the mail names, unless most of it does not fit and another charset fits."""
    if "�" not in repaired:
        return repaired
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return repaired if _mostly_right(repaired) else _guessed(content, "utf-8", repaired)


def _mostly_right(text: str) -> bool:
    """Whether of what is not ASCII at least as much was read as was not."""
    beyond = sum(sign > "\x7f" for sign in text)
    return 2 * text.count("�") <= beyond


def _guessed(content: bytes, otherwise: str, repaired: str | None = None) -> str:
    """The text in the charset it looks like: UTF-8 shows itself, else the Japanese one that gives the most words."""
    unified = content.decode("utf-8", "replace")
    if _mostly_right(unified):
        return unified
    texts = (content.decode("cp932", "replace"), _euc_jp(content))
    best = max(texts, key=_worth)
    if _worth(best) > 0 and (otherwise == "utf-8" or _SURELY_JAPANESE.search(best)):
        return best
    return repaired if repaired is not None else content.decode(otherwise, "replace")


def _worth(text: str) -> int:
    return len(_JAPANESE.findall(text)) - 2 * len(_HALF_KANA.findall(text)) - 5 * text.count("�")


def _joined(header: str) -> Iterator[tuple[bytes, str | None]]:
    """A header's pieces with their charsets; neighbours of one charset in one piece, for they may share a character."""
    held, charset = b"", None
    for content, named in _header_pieces(re.sub(r"\r?\n[ \t]*", " ", header)):
        if named == charset:
            held += content
            continue
        if held:
            yield held, charset
        held, charset = content, named
    yield held, charset


def _header_pieces(header: str) -> Iterator[tuple[bytes, str | None]]:
    """Encoded words with their charset, what stands between them with None. White space between two words is none."""
    place, after_word = 0, False
    while place < len(header):
        word = _WORD.search(header, place)
        between = header[place : word.start() if word else len(header)]
        if between and not (after_word and word and between.isspace()):
            yield between.encode("latin-1"), None
        if word is None:
            return
        end = header.find("?=", word.end())
        written = header[word.end() : end] if end >= 0 else header[word.end() :].split(" ", 1)[0]
        yield _word_bytes(written.encode("latin-1"), word[2]), word[1].lower()
        place = word.end() + len(written) + (2 if end >= 0 else 0)
        after_word = True


def _word_bytes(written: bytes, encoding: str) -> bytes:
    if encoding in "bB":
        return base64_bytes(written)
    return binascii.a2b_qp(written, header=True)


def _base64_piece(piece: bytes) -> bytes:
    whole = piece[: len(piece) - (len(piece) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _euc_jp(content: bytes) -> str:
    return "".join(_euc_sign(sign[0]) for sign in _EUC_SIGN.finditer(content))


def _euc_sign(sign: bytes) -> str:
    if sign[0] < 0x80:
        return sign.decode("ascii")
    if sign[0] == 0x8F and len(sign) == 3:
        return _jis_x_0212(sign[1] & 0x7F, sign[2] & 0x7F)
    if sign[0] == 0x8E and len(sign) == 2:
        return sign[1:].decode("cp932", "replace")
    return _jis_x_0208(sign[0] & 0x7F, sign[1] & 0x7F) if len(sign) == 2 else "�"


def _iso_2022_jp(content: bytes) -> str:
    pieces, state, place = [], b"(B", 0
    for escape in [*_ESCAPE.finditer(content), None]:
        pieces.append(_segment(content[place : escape.start() if escape else len(content)], state))
        if escape:
            state, place = escape[1], escape.end()
    return "".join(pieces)


def _segment(piece: bytes, state: bytes) -> str:
    if state in (b"$B", b"$@", b"$(D"):
        sign = _jis_x_0212 if state == b"$(D" else _jis_x_0208
        return "".join(_double_bytes(line, sign) for line in re.split(rb"([\r\n]+)", piece))
    if state == b"(I":
        return bytes(sign | 0x80 for sign in piece).decode("cp932", "replace")
    if state.startswith(b"$"):
        codec = (
            "iso2022_jp_2"
            if state in (b"$A", b"$(A", b"$(C")
            else "iso2022_jp_3"
            if state == b"$(O"
            else "iso2022_jp_2004"
        )
        return (b"\x1b" + state + piece + b"\x1b(B").decode(codec, "replace")
    return piece.decode("cp932", "replace") if max(piece, default=0) > 0x7F else piece.decode("ascii")


def _double_bytes(line: bytes, sign: Callable[[int, int], str]) -> str:
    if not line or line[:1] in b"\r\n":
        return line.decode("ascii")
    return "".join(sign(high, low) for high, low in zip(line[::2], line[1::2], strict=False))


def _jis_x_0208(high: int, low: int) -> str:
    """A double byte of JIS X 0208 with its vendors' rows, as CP932 writes it."""
    row, cell = high - 0x21, low + (0x7E if not high % 2 else (0x1F if low < 0x60 else 0x20))
    if not (0 <= row < 94 and 0x21 <= low <= 0x7E):
        return "�"
    return bytes((row // 2 + (0x81 if row < 62 else 0xC1), cell)).decode("cp932", "replace")


def _jis_x_0212(high: int, low: int) -> str:
    place = (high - 0x73) * 94 + low - 0x21 - 82
    if 0 <= place < len(_IBM):
        return _IBM[place]
    return bytes((0x8F, high | 0x80, low | 0x80)).decode("euc_jp", "replace")
