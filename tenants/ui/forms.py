"""Forms about people and firms; the rules of names and numbers are in base.identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from base import identity
from base.numbers import number_in
from base.places import municipality_code, places_of
from tenants.models import Application, Membership, Organisation, User
from tenants.programme_settings import Setting
from tenants.ui.reason_field import ReasonField
from web.jst import JST

PREFECTURE_CHOICES = [("", gettext_lazy("選んでください")), *((name, name) for name in identity.PREFECTURES)]

ROLE_CHOICES = [
    (Membership.Role.MEMBER, gettext_lazy("担当者: 見ることと、対応の入力ができます")),
    (Membership.Role.READ_ONLY, gettext_lazy("閲覧のみ: 見ることだけができます")),
    (Membership.Role.OWNER, gettext_lazy("管理者: 人を招く、役割を変えることもできます")),
]


PLACE_FILL = {"postal_code": "postal-code", "prefecture": "address-level1", "municipality": "address-level2"}
LONGEST_TYPED = 30  # letters of a postal code or a number of a firm, with all that may stand around it
PLANNED_AHEAD = timedelta(days=731)
MOST_COUNTED = 99_999  # staff or PCs of a small firm; more is a slip of the finger


def _looks_up(field: forms.Field) -> None:
    """The postal code fills in the place (tenants.ui.place) when there is JavaScript; without it, the form does."""
    address = reverse("tenants:place") + ("" if field.required else "?optional=1")
    field.widget.attrs |= {"inputmode": "numeric", "hx-get": address, "hx-trigger": "change"}
    field.widget.attrs |= {"hx-target": "#place", "hx-include": "#place", "hx-swap": "outerHTML"}
    field.help_text = gettext("入れると、都道府県と市区町村が入ります。")


class PlaceForm(forms.Form):
    """The part of a firm's form that a postal code fills in."""

    postal_code = forms.CharField(label=gettext_lazy("郵便番号"), max_length=LONGEST_TYPED)
    prefecture = forms.ChoiceField(label=gettext_lazy("都道府県"), choices=PREFECTURE_CHOICES)
    municipality = forms.CharField(label=gettext_lazy("市区町村"), max_length=40)

    def __init__(self, *args: Any, optional: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in PLACE_FILL.items():
            self.fields[name].required = not optional
            self.fields[name].widget.attrs["autocomplete"] = kind
        _looks_up(self.fields["postal_code"])


class FirmFields(forms.ModelForm):  # type: ignore[type-arg]
    """What a firm says about itself, checked and brought into one form."""

    prefecture = forms.ChoiceField(label=gettext_lazy("都道府県"), choices=PREFECTURE_CHOICES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is typed may be longer than what is stored: 〒, T, hyphens and words go.
        for name in ("postal_code", "corporate_number"):
            self.fields[name].widget.attrs["maxlength"] = LONGEST_TYPED
            self.fields[name].validators = [MaxLengthValidator(LONGEST_TYPED)]
        self._places = places_of(str(self.data.get("postal_code", ""))) if self.is_bound else []
        if self._places:  # the postal code fills this in
            self.fields["prefecture"].required = self.fields["municipality"].required = False
        _looks_up(self.fields["postal_code"])
        for name in ("staff_count", "pc_count"):
            counter = self.fields[name]
            counter.validators.append(MaxValueValidator(MOST_COUNTED, gettext_lazy("数を確かめてください。")))
            counter.widget.attrs["max"] = MOST_COUNTED

    def clean(self) -> dict[str, Any]:
        """Prefecture and municipality by the postal code where they were left empty, and the municipality's code."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self._places:
            cleaned["prefecture"] = cleaned.get("prefecture") or self._places[0].prefecture
            cleaned["municipality"] = cleaned.get("municipality") or self._places[0].municipality
        self.instance.municipality_code = municipality_code(
            written=cleaned.get("postal_code") or "",
            prefecture=cleaned.get("prefecture") or "",
            municipality=cleaned.get("municipality") or "",
        )
        return cleaned

    def clean_name(self) -> str:
        """As it is stored."""
        return _name(self, "name")

    def clean_name_kana(self) -> str:
        """Kana only; empty where the field is optional."""
        return _kana(self.cleaned_data["name_kana"])

    def clean_corporate_number(self) -> str:
        """13 digits with a right check digit, or empty."""
        number = identity.digits(self.cleaned_data["corporate_number"])
        if number and not identity.corporate_number_ok(number):
            raise ValidationError(gettext("法人番号が正しくありません。13桁の数字を確かめてください。"))
        return number

    def clean_postal_code(self) -> str:
        """123-4567."""
        typed = self.cleaned_data["postal_code"]
        code = identity.postal_code(typed)
        if typed and code is None:
            raise ValidationError(gettext("郵便番号は7桁の数字で入れてください。例: 123-4567"))
        return code or ""

    def clean_phone(self) -> str:
        """As written; the E.164 form goes beside it."""
        typed = self.cleaned_data["phone"]
        read = identity.phone(typed) if typed else None
        if typed and read is None:
            raise ValidationError(gettext("電話番号を確かめてください。市外局番から入れます。例: 03-1234-5678"))
        self.instance.phone_e164 = read.e164 if read else ""
        return read.raw if read else ""


def _name(form: forms.BaseForm, field: str) -> str:
    """What was typed as it is stored. Raises ValidationError when nothing of it can be seen."""
    seen = identity.nfc(form.cleaned_data[field])
    if not seen:
        raise forms.ValidationError(form.fields[field].error_messages["required"], "required")
    return seen


def _kana(text: str) -> str:
    kana = identity.nfc(text)
    if kana and not identity.is_kana(kana):
        raise ValidationError(gettext("ひらがなまたはカタカナで入れてください。"))
    return kana


class OrganisationForm(FirmFields):
    """An owner edits the own organisation."""

    class Meta:
        model = Organisation
        fields = (
            "name",
            "name_kana",
            "corporate_number",
            "postal_code",
            "prefecture",
            "municipality",
            "address",
            "phone",
            "email",
            "industry",
            "staff_count",
            "pc_count",
        )

    prefecture = forms.ChoiceField(label=gettext_lazy("都道府県"), choices=PREFECTURE_CHOICES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = str(self.instance.prefecture or "")
        if known and known not in identity.PREFECTURES:
            choices = self.fields["prefecture"].choices  # type: ignore[attr-defined]
            self.fields["prefecture"].choices = [*choices, (known, known)]  # type: ignore[attr-defined]
        self.fields["email"].help_text = gettext("お知らせのメールが届くアドレスです。")
        self.fields["corporate_number"].help_text = gettext("個人事業の方は空のままにしてください。")
        if self.instance.kind != Organisation.Kind.SME:
            del self.fields["industry"], self.fields["staff_count"], self.fields["pc_count"]


class ApplicationForm(FirmFields):
    """A firm asks to take part."""

    many_pcs = forms.BooleanField(
        required=False, label=gettext_lazy("100台を超える部分は、センサー1台では見守れないことを確認しました")
    )

    class Meta:
        model = Application
        fields = (
            "name",
            "name_kana",
            "corporate_number",
            "postal_code",
            "prefecture",
            "municipality",
            "address",
            "phone",
            "industry",
            "staff_count",
            "pc_count",
            "contact_name",
            "contact_kana",
            "email",
            "chamber_member",
        )

    field_order = (*Meta.fields[:11], "many_pcs", *Meta.fields[11:])
    _FILL = {
        "name": "organization",
        **PLACE_FILL,
        "address": "street-address",
        "phone": "tel",
        "contact_name": "name",
        "email": "email",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in self._FILL.items():
            self.fields[name].widget.attrs["autocomplete"] = kind
        for name in ("corporate_number", "staff_count", "pc_count"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        self.fields["phone"].widget.input_type = "tel"
        self.fields["corporate_number"].help_text = gettext("13桁。個人事業の方は空のままにしてください。")
        self.fields["phone"].help_text = gettext("市外局番から。代表番号や内線も書けます。")
        self.fields["pc_count"].help_text = gettext("会社のネットワークにつながる台数です。")
        self.fields["email"].help_text = gettext("結果と、ご利用開始のご案内をお送りします。")
        if not (self.is_bound and self._many()):
            del self.fields["many_pcs"]

    def _many(self) -> bool:
        typed = number_in(identity.digits(str(self.data.get("pc_count", ""))))
        return typed is not None and typed > identity.DEVICES_PER_BOX

    def clean_contact_name(self) -> str:
        """As it is stored."""
        return _name(self, "contact_name")

    def clean_contact_kana(self) -> str:
        """Kana only."""
        return _kana(self.cleaned_data["contact_kana"])

    def clean(self) -> dict[str, Any]:
        """Asks once to confirm when there are more machines than one box can take."""
        cleaned = super().clean() or {}
        if "many_pcs" in self.fields and not cleaned.get("many_pcs"):
            self.add_error("many_pcs", gettext("続けるには、内容を確認してチェックを入れてください。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is stored."""
        derived = {"phone_e164": self.instance.phone_e164, "municipality_code": self.instance.municipality_code}
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | derived


class InviteForm(forms.Form):
    """Whom, and what they may do."""

    email = forms.EmailField(
        label=gettext_lazy("メールアドレス"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("役割"),
        choices=ROLE_CHOICES,
        initial=Membership.Role.MEMBER,
        widget=forms.RadioSelect,
    )


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=gettext_lazy("役割"), choices=ROLE_CHOICES, widget=forms.RadioSelect)


class PersonNames(forms.Form):
    """How a person is called and read."""

    family_name = forms.CharField(
        label=gettext_lazy("姓"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    given_name = forms.CharField(
        label=gettext_lazy("名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name_kana = forms.CharField(label=gettext_lazy("姓(かな)"), max_length=60)
    given_name_kana = forms.CharField(label=gettext_lazy("名(かな)"), max_length=60)

    def clean(self) -> dict[str, Any]:
        """Names as they are stored, readings in kana."""
        cleaned = super().clean() or {}
        for name in {"family_name", "given_name"} & cleaned.keys():
            try:
                cleaned[name] = _name(self, name)
            except forms.ValidationError as nameless:
                self.add_error(name, nameless)
        for name in ("family_name_kana", "given_name_kana"):
            cleaned[name] = identity.nfc(cleaned.get(name, ""))
            if cleaned[name] and not identity.is_kana(cleaned[name]):
                self.add_error(name, gettext("ひらがなまたはカタカナで入れてください。"))
        return cleaned


class ProfileForm(PersonNames):
    """A person's own name and language."""

    language = forms.ChoiceField(
        label=gettext_lazy("言語"),
        help_text=gettext_lazy("画面とメールの言語です。"),
        choices=[("ja", LANG_INFO["ja"]["name_local"]), ("en", "English")],
        widget=forms.RadioSelect,
    )


class PersonForm(PersonNames):
    """A new person's name and password."""

    password = forms.CharField(
        label=gettext_lazy("パスワード"),
        help_text=gettext_lazy("12文字以上。ほかのサービスで使っていないものにしてください。"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=gettext_lazy("パスワード(確認のためもう一度)"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The same good password twice."""
        cleaned = super().clean()
        password = cleaned.get("password")
        if password and cleaned.get("password_again") and password != cleaned["password_again"]:
            self.add_error("password_again", gettext("1回目と違います。"))
        elif password:
            self._check(password, cleaned)
        return cleaned

    def _check(self, password: str, cleaned: dict[str, Any]) -> None:
        person = User(email=self.email, family_name=cleaned["family_name"], given_name=cleaned["given_name"])
        try:
            validate_password(password, person)
        except ValidationError as problem:
            self.add_error("password", problem)


class RejectionForm(forms.Form):
    """Why a firm cannot take part; the firm reads it."""

    reason = ReasonField(
        label=gettext_lazy("お断りの理由"),
        help_text=gettext_lazy("申し込んだ方にメールで届きます。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CheckedField(forms.CharField):
    """A line of text a room above knows how to read."""

    def __init__(self, check: Callable[[object], str], **kwargs: Any) -> None:
        self.check = check
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The text as it is stored."""
        try:
            return self.check(super().clean(value))
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem


class SettingsForm(forms.Form):
    """A new version of a programme's settings."""

    def __init__(self, settings: Sequence[Setting], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = settings
        for setting in settings:
            self.fields[setting.key] = _field_of(setting)
        self.fields["effective_from"] = forms.DateField(
            label=gettext("いつから"),
            help_text=gettext("この日の0時から使います。空のときは、いまからです。過ぎた日には変えられません。"),
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )
        self.fields["source"] = ReasonField(
            label=gettext("根拠"),
            help_text=gettext("資料の名前と表の番号、または決めた人や会議。例「2027年1月の運営会議」"),
            max_length=200,
        )
        self.fields["reason"] = ReasonField(
            label=gettext("変更の理由"),
            help_text=gettext("履歴に残ります。あとから見た人に分かるように書いてください。"),
            max_length=200,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def values(self) -> dict[str, Any]:
        """The settings alone."""
        return {setting.key: self.cleaned_data[setting.key] for setting in self.settings}

    def clean_effective_from(self) -> date | None:
        """A day to come."""
        day: date | None = self.cleaned_data["effective_from"]
        today = timezone.localdate()
        if day is not None and not today < day <= today + PLANNED_AHEAD:
            raise ValidationError(gettext("明日から2年先までの日を入れてください。いまから使うときは、空にします。"))
        return day

    def start(self) -> datetime | None:
        """When it takes effect; None: now."""
        day = self.cleaned_data["effective_from"]
        return datetime.combine(day, time.min, tzinfo=JST) if day else None


def _field_of(setting: Setting) -> forms.Field:
    if setting.is_switch:
        return forms.BooleanField(label=str(setting.label), help_text=str(setting.hint), required=False)
    if setting.check is not None:
        return CheckedField(
            setting.check, label=str(setting.label), help_text=str(setting.hint), required=False, max_length=300
        )
    label = f"{setting.label}({setting.unit})" if setting.unit else str(setting.label)
    return forms.IntegerField(label=label, help_text=str(setting.hint), min_value=setting.least, max_value=setting.most)
