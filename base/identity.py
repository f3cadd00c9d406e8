"""Names, numbers and addresses of firms as this country writes them: plain rules."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

PREFECTURES = (
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
)
DEVICES_PER_BOX = 100  # OSK 表3-5
# Forms of kanji that NFC would exchange for others: the 福 or 神 a family writes is U+FA1B or U+FA19, and stays.
_FORMS_OF_NAMES = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
# Control letters, and signs that turn round the reading direction of all that stands behind a name.
_UNSEEN = dict.fromkeys((*range(9), *range(14, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_KANA = re.compile(r"[ぁ-ゖァ-ヺㇰ-ㇿゝゞヽヾー・\s　（）()]+")
_KANA_LETTER = re.compile(r"[ぁ-ゖァ-ヺㇰ-ㇿ]")


def nfc(text: str) -> str:
    """A name as it is stored: composed, without signs that nobody sees and without space around it."""
    return composed(text).translate(_UNSEEN).strip()


def composed(text: str) -> str:
    """NFC (a Mac sends が as か and a mark), which keeps 髙 and 﨑; forms of kanji stay as people write them."""
    pieces = _FORMS_OF_NAMES.split(text)
    return "".join(piece if place % 2 else unicodedata.normalize("NFC", piece) for place, piece in enumerate(pieces))


# Forms of one character that people type for each other in names; NFKC keeps them apart. sec.search_fold has the same.
VARIANTS = ("髙﨑𠮷邊邉齋齊斎濵濱嶋嶌澤廣國眞惠櫻瀨德淸龍", "高崎吉辺辺斉斉斉浜浜島島沢広国真恵桜瀬徳清竜")
_KATAKANA = ("".join(map(chr, range(0x30A1, 0x30F7))), "".join(map(chr, range(0x3041, 0x3097))))
_FOLD = {
    ord(a): b for a, b in zip(*(variant + kana for variant, kana in zip(VARIANTS, _KATAKANA, strict=True)), strict=True)
}


def search_fold(text: str) -> str:
    """Text as it is compared when staff search: width, case, kana and common variants of characters do not matter."""
    return unicodedata.normalize("NFKC", text).lower().translate(_FOLD)


def digits(text: str) -> str:
    """The digits of a number typed with hyphens or in full width."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))


def corporate_number_ok(number: str) -> bool:
    """Whether 13 digits are a 法人番号.

    The first is 9 − (Σ digit × weight mod 9) of the others, weights 1, 2, 1, 2, … from the right.
    """
    if not re.fullmatch(r"[0-9]{13}", number):
        return False
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
    return int(number[0]) == 9 - total % 9


def postal_code(text: str) -> str | None:
    """`123-4567` from any way of writing it; None when it has not seven digits."""
    bare = digits(text)
    return f"{bare[:3]}-{bare[3:]}" if len(bare) == 7 else None


def is_kana(text: str) -> bool:
    """Whether a reading is written in kana only, and not in marks alone."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_KANA.fullmatch(plain) and _KANA_LETTER.search(plain))


@dataclass(frozen=True)
class Phone:
    """A phone number as the firm wrote it, and in E.164 for dialling and comparing."""

    raw: str
    e164: str


# Extensions behind a number, and 代表 (main line): (内12), 内線 12, ext. 12, #12.
_BEHIND = re.compile(r"[(\[]?\s*(?:内|ext|#)", re.IGNORECASE)
_MAIN_LINE = re.compile(r"\(?(?:代表?|直通?)\)?")
# What telephones and telephone systems dial before a number: hide or show one's own (184, 186), the line out (0),
# which stands apart or before bare digits: 0077-… and 0066-… are carriers' own numbers.
_DIALLED_BEFORE = re.compile(r"^\W{0,3}(?:18[46]\W{0,3}|0[-, ]{1,3}|0(?=0[0-9]{9,10}\W*$))(?=0)")
_FROM_ABROAD = re.compile(r"^\W{0,3}00(?=81)")
LONGEST_PHONE = 120  # letters that are looked at


def phone(text: str) -> Phone | None:
    """Read a phone number, with `内線 12` or `(代表)` kept in `raw`; None when nobody could dial it.

    Which numbers there are, the library knows (numbering plans of the regulators): one without its area code, or with
    a digit too many, is none.
    """
    raw = unicodedata.normalize("NFKC", text[:LONGEST_PHONE]).strip()
    dialled = _BEHIND.split(_MAIN_LINE.sub("", raw.replace("・", "-")), maxsplit=1)[0]
    # Without the prefix first: 0 and a number of Osaka together also look like the number of a service line.
    forms = (
        _DIALLED_BEFORE.sub("", dialled, count=1),
        dialled,
        _FROM_ABROAD.sub("+", dialled, count=1),
        dialled.replace("+0", "0", 1),
    )
    e164 = next(filter(None, map(_e164, dict.fromkeys(forms))), None)
    return Phone(raw, e164) if e164 else None


def _e164(dialled: str) -> str | None:
    try:
        number = phonenumbers.parse(dialled, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
