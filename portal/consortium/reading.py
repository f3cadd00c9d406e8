"""Reads a consortium from plain data (a file, the wizard's draft) and names everything that is wrong with it.

The sentences are for people who write such a file: which field, and what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from base import identity
from base.mail_address import AddressUnusable, address_for_delivery
from base.places import municipality_code, places_of
from incidents.dispatch.matching import Area, Reach
from incidents.dispatch.municipalities import of_prefecture, prefectures
from incidents.models import Job
from notifications.channels import SETTINGS as HOURS
from notifications.hours import HOLIDAY, YEAR_END, HoursUnreadable, hours_read
from portal.consortium.plan import PARTS, ConsortiumPlan, CoverPlan, PartnerPlan, PersonPlan, VendorPlan
from portal.programme_fields import SETTINGS
from tenants.models import Organisation, ProgrammePartner
from tenants.programme_settings import Setting

Kind = Organisation.Kind
_PLACE: Final = ("postal_code", "prefecture", "municipality", "address")
_COMMON: Final = frozenset({"name", "name_kana", "phone", "email", "person", *_PLACE})
_LONGEST: Final = {"name": 120, "name_kana": 120, "municipality": 40, "address": 200, "email": 254}
KEYS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"programme", "desk", "office", "settings", *PARTS}),
    "programme": frozenset({"name", "fiscal_year_start_month"}),
    "desk": frozenset({"name", "phone", "email", "hours"}),
    "office": _COMMON,
    "desks": _COMMON,
    "socs": _COMMON | {"prefectures"},
    "vendors": _COMMON | {"kinds", "areas", "hours", "qualifications", "listed_from"},
    "insurers": _COMMON | {"premium_yen", "limit_yen", "claims_per_year", "agent_name", "agent_email", "valid_from"},
    "outreach": _COMMON | {"branch"},
    "person": frozenset({"name", "kana", "email"}),
    "area": frozenset({"prefecture", "reach", "municipalities", "words"}),
}
_SETTINGS: Final = {setting.key: setting for setting in SETTINGS}
_HOURS_KEY: Final = "phone_hours"


@dataclass(frozen=True)
class Problem:
    """Something that cannot stay as it is. `path`: where, as `vendors[2].phone`, counted from 1."""

    path: str
    words: str


@dataclass
class Part:
    """A table of the data, read field by field; what is wrong goes into `problems`."""

    data: Mapping[str, Any]
    path: str
    problems: list[Problem]

    def at(self, key: str) -> str:
        """Where a field stands."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, words: str) -> None:
        """Note a problem of a field."""
        self.problems.append(Problem(self.at(key), words))

    def only(self, keys: frozenset[str]) -> None:
        """Note every field that means nothing here."""
        for key in sorted(set(self.data) - keys):
            words = gettext("この項目はありません。使えるのは %(keys)s です。")
            self.wrong(key, words % {"keys": ", ".join(sorted(keys))})

    def text(self, key: str, *, required: bool = False, most: int = 120) -> str:
        """A line of text in the form it is stored; "" where there is none or it is wrong."""
        value = self.data.get(key, "")
        if not isinstance(value, str):
            self.wrong(key, gettext("文字で書いてください。"))
            return ""
        kept = identity.nfc(value)
        if required and not kept:
            self.wrong(key, gettext("書いてください。空のままにはできません。"))
        if len(kept) > most:
            self.wrong(key, gettext("長すぎます。%(most)d文字までです。") % {"most": most})
        return kept

    def kana(self, key: str) -> str:
        """A reading."""
        kept = self.text(key)
        if kept and not identity.is_kana(kept):
            self.wrong(key, gettext("ひらがなまたはカタカナで書いてください。"))
        return kept

    def mail(self, key: str, *, required: bool = False) -> str:
        """An address mail can be delivered to."""
        kept = self.text(key, required=required, most=254)
        if kept:
            try:
                address_for_delivery(kept)
            except AddressUnusable:
                self.wrong(key, gettext("メールアドレスとして読めません。例: jimukyoku@example.jp"))
        return kept

    def phone(self, key: str, *, required: bool = False) -> tuple[str, str]:
        """A telephone number as it is written, and as it is dialled."""
        kept = self.text(key, required=required, most=40)
        read = identity.phone(kept) if kept else None
        if kept and read is None:
            self.wrong(key, gettext("電話番号を確かめてください。市外局番から書きます。例: 03-1234-5678"))
        return (read.raw, read.e164) if read else ("", "")

    def number(self, key: str, *, default: int, least: int, most: int) -> int:
        """A whole number within its bounds."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            words = gettext("%(least)dから%(most)dまでの整数で書いてください。")
            self.wrong(key, words % {"least": least, "most": most})
            return default
        return value

    def day(self, key: str) -> date | None:
        """A day, as TOML or a form writes it."""
        value = self.data.get(key)
        if value in (None, ""):
            return None
        if isinstance(value, date):
            return value
        with suppress(ValueError):
            return date.fromisoformat(str(value))
        self.wrong(key, gettext("日付は「2026-04-01」のように書いてください。"))
        return None

    def listed(self, key: str) -> list[Any]:
        """A list; what is none is a problem."""
        value = self.data.get(key, [])
        if isinstance(value, list):
            return value
        self.wrong(key, gettext("[ ] で囲んだ一覧にしてください。"))
        return []

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of some of these words."""
        chosen = self.listed(key)
        for value in chosen:
            if value not in allowed:
                words = gettext("「%(value)s」は使えません。使えるのは %(allowed)s です。")
                self.wrong(key, words % {"value": value, "allowed": gettext("、").join(allowed)})
        return tuple(value for value in chosen if value in allowed)

    def table(self, key: str) -> Part:
        """The table below; an empty one where there is none."""
        value = self.data.get(key, {})
        if not isinstance(value, Mapping):
            self.wrong(key, gettext("[%(path)s] の表にしてください。") % {"path": self.at(key)})
            value = {}
        return Part(value, self.at(key), self.problems)

    def tables(self, key: str) -> Iterator[Part]:
        """Each of the tables [[key]]."""
        for position, value in enumerate(self.listed(key), start=1):
            if isinstance(value, Mapping):
                yield Part(value, f"{self.at(key)}[{position}]", self.problems)
            else:
                self.wrong(f"{key}[{position}]", gettext("[[%(path)s]] の表にしてください。") % {"path": self.at(key)})


def plan_read(data: Mapping[str, Any]) -> tuple[ConsortiumPlan, list[Problem]]:
    """The consortium, and everything that is wrong with it: usable only when that is nothing."""
    whole = Part(data, "", [])
    whole.only(KEYS[""])
    programme, desk = whole.table("programme"), whole.table("desk")
    programme.only(KEYS["programme"])
    desk.only(KEYS["desk"])
    office = whole.table("office")
    office.only(KEYS["office"])
    plan = ConsortiumPlan(
        name=programme.text("name", required=True),
        fiscal_year_start_month=programme.number("fiscal_year_start_month", default=4, least=1, most=12),
        desk_name=desk.text("name", required=True),
        desk_phone=desk.phone("phone", required=True)[0],
        desk_email=desk.mail("email", required=True),
        settings=_settings(whole.table("settings"), desk),
        office=_partner(office, Kind.OFFICE),
        partners=tuple(partner for name in PARTS for partner in _partners(whole, name)),
    )
    return plan, whole.problems


def partner_read(name: str, data: Mapping[str, Any]) -> tuple[PartnerPlan, list[Problem]]:
    """One entry of a part (`vendors`), or the `office`; paths of its problems are names of its fields."""
    part = Part(data, "", [])
    part.only(KEYS[name])
    return _partner(part, PARTS.get(name, Kind.OFFICE)), part.problems


def table_read(name: str, data: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the tables `programme` or `desk` alone."""
    _plan, problems = plan_read({name: data})
    return [
        Problem(problem.path.removeprefix(f"{name}."), problem.words)
        for problem in problems
        if problem.path.startswith(f"{name}.")
    ]


def _partners(whole: Part, name: str) -> Iterator[PartnerPlan]:
    names: dict[str, str] = {}
    for part in whole.tables(name):
        part.only(KEYS[name])
        partner = _partner(part, PARTS[name])
        if partner.name and partner.name in names:
            part.wrong("name", gettext("「%(name)s」は2回あります。1つにしてください。") % {"name": partner.name})
        names[partner.name] = part.path
        yield partner


def _partner(part: Part, kind: str) -> PartnerPlan:
    known = set(part.data)
    return PartnerPlan(
        kind=kind,
        name=part.text("name", required=True),
        fields=_fields(part),
        person=_person(part.table("person")) if "person" in known else None,
        branch=_branch(part) if kind == Kind.OUTREACH else "",
        prefectures=part.choices("prefectures", identity.PREFECTURES) if kind == Kind.SOC else (),
        vendor=_vendor(part) if kind == Kind.VENDOR else None,
        cover=_cover(part) if kind == Kind.INSURER else None,
    )


def _fields(part: Part) -> dict[str, str]:
    phone, dialled = part.phone("phone")
    typed = part.text("postal_code", most=30)
    postal = identity.postal_code(typed) if typed else ""
    if typed and postal is None:
        part.wrong("postal_code", gettext("郵便番号は7桁の数字で書いてください。例: 123-4567"))
    known = places_of(postal or "")
    prefecture = part.text("prefecture", most=10) or (known[0].prefecture if known else "")
    if prefecture and prefecture not in identity.PREFECTURES:
        part.wrong("prefecture", gettext("都道府県の名前を書いてください。例: 大阪府"))
    municipality = part.text("municipality", most=40) or (known[0].municipality if known else "")
    return {
        "name_kana": part.kana("name_kana"),
        "phone": phone,
        "phone_e164": dialled,
        "email": part.mail("email"),
        "postal_code": postal or "",
        "prefecture": prefecture,
        "municipality": municipality,
        "municipality_code": municipality_code(written=postal or "", prefecture=prefecture, municipality=municipality),
        "address": part.text("address", most=200),
    }


def _person(part: Part) -> PersonPlan:
    part.only(KEYS["person"])
    return PersonPlan(part.text("name", required=True), part.kana("kana"), part.mail("email", required=True))


def _branch(part: Part) -> str:
    branch = part.text("branch", required=True)
    if branch and branch not in ProgrammePartner.Branch.values:
        words = gettext("「%(value)s」は使えません。使えるのは %(allowed)s です。")
        part.wrong("branch", words % {"value": branch, "allowed": gettext("、").join(ProgrammePartner.Branch.values)})
        return ""
    return branch


def _vendor(part: Part) -> VendorPlan:
    kinds = part.choices("kinds", Job.Kind.values)
    if not part.data.get("kinds"):
        words = gettext("受ける作業を書いてください。使えるのは %(allowed)s です。")
        part.wrong("kinds", words % {"allowed": gettext("、").join(Job.Kind.values)})
    areas = tuple(_areas(part))
    if not part.data.get("areas"):
        part.wrong("areas", gettext('訪問できる都道府県を書いてください。例: ["大阪府"]'))
    weekdays, opens, closes, holidays, year_end = _vendor_hours(part)
    return VendorPlan(
        kinds=kinds,
        areas=areas,
        weekdays=weekdays,
        opens=opens,
        closes=closes,
        holidays=holidays,
        year_end=year_end,
        qualifications=part.text("qualifications", most=300),
        listed_from=part.day("listed_from"),
    )


def _areas(part: Part) -> Iterator[Area]:
    for position, value in enumerate(part.listed("areas"), start=1):
        data = {"prefecture": value} if isinstance(value, str) else value
        if not isinstance(data, Mapping):
            part.wrong("areas", gettext('訪問できる都道府県を書いてください。例: ["大阪府"]'))
            continue
        rule = Part(data, part.at(f"areas[{position}]"), part.problems)
        rule.only(KEYS["area"])
        yield _area(rule)


def _area(rule: Part) -> Area:
    prefecture = rule.text("prefecture", required=True)
    if prefecture and prefecture not in prefectures():
        rule.wrong("prefecture", gettext("「%(value)s」という都道府県はありません。") % {"value": prefecture})
    reach = rule.text("reach") or Reach.WHOLE.value
    if reach not in {each.value for each in Reach}:
        allowed = gettext("、").join(each.value for each in Reach)
        words = gettext("「%(value)s」は使えません。使えるのは %(allowed)s です。")
        rule.wrong("reach", words % {"value": reach, "allowed": allowed})
    codes = {place.name: place.code for place in of_prefecture(prefecture)}
    named = rule.listed("municipalities")
    for name in named:
        if name not in codes:
            words = gettext("%(prefecture)sに「%(name)s」という市区町村はありません。")
            rule.wrong("municipalities", words % {"prefecture": prefecture, "name": name})
    if reach in (Reach.PART, Reach.STATION) and not named:
        rule.wrong("municipalities", gettext("一部だけのときは、市区町村の名前を書いてください。"))
    chosen = frozenset(codes[name] for name in named if name in codes)
    return Area(prefecture, reach, chosen, rule.text("words"))


def _vendor_hours(part: Part) -> tuple[tuple[int, ...], int, int, bool, bool]:
    """Days, from and until in minutes, whether on holidays, whether at the turn of the year."""
    usual = (tuple(range(5)), 9 * 60, 17 * 60, False, False)
    words = part.text("hours", most=300)
    if not words:
        return usual
    try:
        hours = hours_read(words)
    except HoursUnreadable as problem:
        part.wrong("hours", _unreadable(str(problem)))
        return usual
    spans = {span for of_day in hours.spans for span in of_day}
    if len(spans) != 1:
        part.wrong(
            "hours",
            gettext("事業者の時間は、どの日も同じ1つの時間帯で書いてください。細かくは、あとで事業者が直せます。"),
        )
        return usual
    opens, closes = spans.pop()
    weekdays = tuple(day for day in range(7) if hours.spans[day])
    return weekdays, opens, closes, bool(hours.spans[HOLIDAY]), bool(hours.spans[YEAR_END])


def _unreadable(part: str) -> str:
    words = gettext("「%(part)s」が読めません。「月-金 9:00-18:00、土 9:00-12:00」のように書いてください。")
    return words % {"part": part}


def _cover(part: Part) -> CoverPlan:
    return CoverPlan(
        premium_yen=part.number("premium_yen", default=0, least=0, most=1_000_000),
        limit_yen=part.number("limit_yen", default=50_000, least=1_000, most=100_000_000),
        claims_per_year=part.number("claims_per_year", default=1, least=1, most=100),
        agent_name=part.text("agent_name"),
        agent_email=part.mail("agent_email"),
        valid_from=part.day("valid_from"),
    )


def _settings(part: Part, desk: Part) -> dict[str, Any]:
    """Settings that are named, with the desk's opening hours, which have this one source."""
    values: dict[str, Any] = {}
    for key in part.data:
        setting = _SETTINGS.get(key)
        if setting is None:
            part.wrong(key, gettext("この設定はありません。docs/consortium.md の一覧を見てください。"))
        elif key == _HOURS_KEY:
            part.wrong(key, gettext("受付時間は [desk] の hours に書いてください。"))
        else:
            values[key] = _setting(part, setting)
    hours = desk.text("hours", most=300)
    if hours:
        values[_HOURS_KEY] = _checked(desk, "hours", hours, next(each for each in HOURS if each.key == _HOURS_KEY))
    return values


def _setting(part: Part, setting: Setting) -> Any:
    if setting.is_switch:
        value = part.data[setting.key]
        if not isinstance(value, bool):
            part.wrong(setting.key, gettext("true か false で書いてください。"))
        return value
    if setting.check is not None:
        return _checked(part, setting.key, part.text(setting.key, most=300), setting)
    return part.number(setting.key, default=setting.default, least=setting.least, most=setting.most)


def _checked(part: Part, key: str, value: str, setting: Setting) -> str:
    assert setting.check is not None
    try:
        return setting.check(value)
    except ValueError as problem:
        part.wrong(key, str(problem))
        return value
