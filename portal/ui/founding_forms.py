"""Forms of the wizard and of the office's partners; what is wrong is said in the words of portal.consortium.reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy

from incidents.models import Job
from notifications.channels import SETTINGS as HOURS
from portal.consortium.reading import Problem, partner_read, table_read
from tenants.models import ProgrammePartner
from tenants.ui.reason_field import ReasonField

_LONGEST: Final = 300
_BETWEEN = re.compile(r"\W+")
_POSITION = re.compile(r"\[\d+\]")
USUAL: Final = {setting.key: setting.default for setting in HOURS}


def _text(label: Any, hint: Any = "", *, needed: bool = False, kind: str = "text", **attrs: Any) -> forms.CharField:
    """A line of text; what is wrong with it is said by the reader, so that a file and a form say the same."""
    widget = forms.TextInput(attrs=attrs)
    widget.input_type = kind
    return forms.CharField(label=label, help_text=hint, required=needed, max_length=_LONGEST, widget=widget)


class PartForm(forms.Form):
    """A part of the plan: `section` is what it holds, in the shape of a file."""

    part: ClassVar[str] = ""
    numbers: ClassVar[frozenset[str]] = frozenset()
    words: ClassVar[frozenset[str]] = frozenset()  # several in one field, with 、 between them

    def section(self) -> dict[str, Any]:
        """What was typed, as a file would have it; empty fields are left out."""
        section: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if value in ("", None, []):
                continue
            table, _, key = name.rpartition("__")
            place = section.setdefault(table, {}) if table else section
            place[key] = [word for word in _BETWEEN.split(value) if word] if name in self.words else value
        return section

    def clean(self) -> dict[str, Any]:
        """Add what the reader of plans has to say."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.cleaned_data = cleaned
        for problem in self._problems():
            name = _field_of(problem, self.fields)
            if name is None or name not in self.errors:
                self.add_error(name, problem.words)
        return cleaned

    def _problems(self) -> Iterable[Problem]:
        return table_read(self.part, self.section())

    @classmethod
    def initial_of(cls, section: Mapping[str, Any]) -> dict[str, Any]:
        """What the form shows of a part that was kept."""
        initial: dict[str, Any] = {}
        for key, value in section.items():
            if isinstance(value, Mapping):
                initial |= {f"{key}__{inner}": kept for inner, kept in value.items()}
            else:
                initial[key] = gettext("、").join(value) if key in cls.words else value
        return initial


def _field_of(problem: Problem, fields: Mapping[str, Any]) -> str | None:
    """The field a problem is about: `areas[1].prefecture` is areas, `person.email` person__email."""
    path = _POSITION.sub("", problem.path)
    for name in (path.replace(".", "__"), path.split(".")[0]):
        if name in fields:
            return name
    return None


class ProgrammeForm(PartForm):
    """Name of the programme and when its year begins."""

    part = "programme"
    name = _text(gettext_lazy("事業の名前"), gettext_lazy("会社が見る名前です。例: みどり地域お助け隊"), needed=True)
    fiscal_year_start_month = forms.TypedChoiceField(
        label=gettext_lazy("年度の始まる月"),
        coerce=int,
        choices=[(month, gettext_lazy("%d月") % month) for month in range(1, 13)],
        initial=4,
    )


class OrganisationFields(PartForm):
    """What every partner and the office has: name, how it is reached, and its first person."""

    name = _text(gettext_lazy("組織の名前"), needed=True, autocomplete="off")
    name_kana = _text(gettext_lazy("組織の名前(かな)"))
    phone = _text(gettext_lazy("電話番号"), gettext_lazy("市外局番から。例: 03-1234-5678"), kind="tel")
    email = _text(gettext_lazy("通知先のメールアドレス"), gettext_lazy("組織あてのお知らせが届きます。"), kind="email")
    postal_code = _text(
        gettext_lazy("郵便番号"), gettext_lazy("入れると、都道府県と市区町村が決まります。"), inputmode="numeric"
    )
    person__name = _text(
        gettext_lazy("最初の担当者の氏名"), gettext_lazy("姓と名のあいだを空けて書いてください。"), autocomplete="off"
    )
    person__kana = _text(gettext_lazy("最初の担当者の氏名(かな)"), autocomplete="off")
    person__email = _text(
        gettext_lazy("最初の担当者のメールアドレス"),
        gettext_lazy("招待のメールが届きます。パスワードは、この方が自分で決めます。"),
        kind="email",
        autocomplete="off",
    )

    def _problems(self) -> Iterable[Problem]:
        return partner_read(self.part, self.section())[1]


class OfficeForm(OrganisationFields):
    """The office."""

    part = "office"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person__name", "person__email"):
            self.fields[name].required = True


class DeskForm(OrganisationFields):
    """The desk: the organisation, and how firms reach it. Opening hours have this one source."""

    part = "desks"
    hours = _text(
        gettext_lazy("電話の受付時間"),
        gettext_lazy("例「月-金 9:00-18:00」。祝日は「祝」、12月29日〜1月3日は「年末年始」と書いた日だけ開きます。"),
        needed=True,
    )
    field_order = (
        "name",
        "name_kana",
        "phone",
        "email",
        "hours",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = self.fields["email"].required = True
        self.fields["phone"].help_text = gettext("会社がかける番号です。市外局番から書きます。")
        self.fields["email"].help_text = gettext("会社がメールを送るアドレスです。")
        self.fields["hours"].initial = USUAL["phone_hours"]

    def organisation(self) -> dict[str, Any]:
        """The part of the organisation."""
        return {key: value for key, value in self.section().items() if key != "hours"}

    def contact(self) -> dict[str, Any]:
        """How firms reach it."""
        return {key: value for key, value in self.section().items() if key in {"name", "phone", "email", "hours"}}

    def _problems(self) -> Iterable[Problem]:
        return [*partner_read(self.part, self.organisation())[1], *table_read("desk", self.contact())]


class MoreDeskForm(OrganisationFields):
    """Another desk of a programme that has one."""

    part = "desks"


class SocForm(OrganisationFields):
    """A SOC, and whose firms it watches."""

    part = "socs"
    field_order = (
        "name",
        "prefectures",
    )
    words = frozenset({"prefectures"})
    prefectures = _text(
        gettext_lazy("見守る都道府県"),
        gettext_lazy("SOCが2つ以上あるときに分けます。例「大阪府、奈良県」。空のときは、すべての会社です。"),
    )


class VendorForm(OrganisationFields):
    """A vendor: what it does, where and when. It writes the rest by itself."""

    part = "vendors"
    field_order = (
        "name",
        "kinds",
        "areas",
        "hours",
        "qualifications",
    )
    words = frozenset({"areas"})
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("受ける作業"),
        choices=Job.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Job.Kind.FIRST_RESPONSE, Job.Kind.INSTALLATION],
    )
    areas = _text(
        gettext_lazy("訪問できる都道府県"),
        gettext_lazy("例「大阪府、奈良県」。市区町村までは、あとで事業者が書けます。"),
        needed=True,
    )
    hours = _text(gettext_lazy("対応できる時間"), gettext_lazy("例「月-金 9:00-17:00」"))
    qualifications = _text(gettext_lazy("資格"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].initial = USUAL["visit_hours"]


class InsurerForm(OrganisationFields):
    """An insurer, and the terms of the bundled cover."""

    part = "insurers"
    field_order = (
        "name",
        "premium_yen",
        "limit_yen",
        "claims_per_year",
        "agent_name",
        "agent_email",
    )
    premium_yen = forms.IntegerField(
        label=gettext_lazy("保険料(円・1社1か月)"), min_value=0, max_value=1_000_000, initial=0
    )
    limit_yen = forms.IntegerField(
        label=gettext_lazy("1回の上限(円)"), min_value=1_000, max_value=100_000_000, initial=50_000
    )
    claims_per_year = forms.IntegerField(label=gettext_lazy("1年あたりの回数"), min_value=1, max_value=100, initial=1)
    agent_name = _text(gettext_lazy("上乗せ保険の代理店"))
    agent_email = _text(gettext_lazy("代理店のメール"), kind="email")


class OutreachForm(OrganisationFields):
    """A desk that introduces firms."""

    part = "outreach"
    field_order = (
        "name",
        "branch",
    )
    branch = forms.ChoiceField(
        label=gettext_lazy("窓口の種類"),
        choices=[("", gettext_lazy("選んでください")), *ProgrammePartner.Branch.choices],
    )


LISTED: Final[Mapping[str, type[OrganisationFields]]] = {
    "socs": SocForm,
    "vendors": VendorForm,
    "insurers": InsurerForm,
    "outreach": OutreachForm,
}
ADDED: Final[Mapping[str, type[OrganisationFields]]] = {"desks": MoreDeskForm, **LISTED}


class CodeForm(forms.Form):
    """The one-time code."""

    code = forms.CharField(
        label=gettext_lazy("開始コード"),
        help_text=gettext_lazy("運用の担当者が「manage.py consortium code」で出した20文字です。"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class LeavingForm(forms.Form):
    """Why a partner leaves; `open_work`: it has not finished its work, which has to be ticked."""

    reason = ReasonField(
        label=gettext_lazy("離れる理由"),
        help_text=gettext_lazy("会社の記録にも残ります。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    with_open_work = forms.BooleanField(
        label=gettext_lazy("終わっていない仕事が残ることを確かめました"), required=False
    )

    def __init__(self, *args: Any, open_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not open_work:
            del self.fields["with_open_work"]


class FirstPersonForm(forms.Form):
    """Whom to invite as a partner's first owner."""

    name = _text(gettext_lazy("最初の担当者の氏名"), needed=True, autocomplete="off")
    kana = _text(gettext_lazy("最初の担当者の氏名(かな)"), autocomplete="off")
    email = forms.EmailField(
        label=gettext_lazy("最初の担当者のメールアドレス"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
