"""What an owner enters of a contact: everybody's name, wishes and language, and what each carrier needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, gettext_lazy

from notifications.carriers.kinds import DIALLED, Carrier
from notifications.contact_rules import Topic
from notifications.contacts import NewContact

TOPICS = {
    Topic.SERIOUS: gettext_lazy("重要度 高(★★★)のお知らせ。起きたらすぐ"),
    Topic.DIGEST: gettext_lazy("重要度 中・低(★★☆、★☆☆)のお知らせ。1時間ごとのまとめ"),
    Topic.COURSE: gettext_lazy("相談・作業・保険などの連絡"),
    Topic.MONTHLY: gettext_lazy("毎月の見守り報告書"),
}
SHORT_TOPICS = {
    Topic.SERIOUS: gettext_lazy("重要度 高"),
    Topic.DIGEST: gettext_lazy("1時間ごとのまとめ"),
    Topic.COURSE: gettext_lazy("相談・作業・保険"),
    Topic.MONTHLY: gettext_lazy("月の報告書"),
}


class WishForm(forms.Form):
    """What a contact is called, what it wants, in which language."""

    name = forms.CharField(
        label=gettext_lazy("だれに届けますか"),
        max_length=80,
        help_text=gettext_lazy("例: 社長、経理の山田、税理士の先生、総務のチャット"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("届けるもの"),
        choices=[(topic.value, label) for topic, label in TOPICS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[topic.value for topic in Topic],
        error_messages={"required": gettext_lazy("届けるものを1つ以上選んでください。")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("お知らせの言語"),
        choices=[("ja", LANG_INFO["ja"]["name_local"]), ("en", "English")],
        initial="ja",
        widget=forms.RadioSelect,
    )

    def __init__(self, carrier: str, *args: Any, is_main: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = not is_main
        if is_main:
            del self.fields["name"]
        if carrier in DIALLED:
            del self.fields["topics"]

    def clean_name(self) -> str:
        """One line of printable text."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name.isprintable():
            raise forms.ValidationError(gettext("使えない文字が入っています。"))
        return name

    @property
    def chosen(self) -> frozenset[Topic]:
        """The wishes; a telephone has no choice."""
        return frozenset(Topic(value) for value in self.cleaned_data.get("topics", [Topic.SERIOUS.value]))


class NewContactForm(WishForm):
    """The same for a new contact; a subclass for each carrier adds where to send, and puts it into `target`."""

    carrier: Carrier

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.carrier, *args, **kwargs)
        where = [name for name in self.fields if name not in WishForm.base_fields]
        self.order_fields(["name", *where, "topics", "language"])

    @property
    def address(self) -> str:
        """Where it goes, as it may be shown."""
        raise NotImplementedError

    @property
    def secrets(self) -> dict[str, str]:
        """What the carrier needs and nobody reads."""
        return {}

    @property
    def new(self) -> NewContact:
        """What was entered; the form is valid."""
        return NewContact(
            name=self.cleaned_data["name"],
            carrier=self.carrier,
            address=self.address,
            topics=self.chosen,
            language=self.cleaned_data["language"],
            secrets=self.secrets,
        )


class MailContactForm(NewContactForm):
    """A mail address."""

    carrier = Carrier.MAIL
    email = forms.EmailField(
        label=gettext_lazy("メールアドレス"),
        max_length=254,
        help_text=gettext_lazy("確認のメールを送ります。メールのリンクが押されるまで、お知らせは届けません。"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    @property
    def address(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class CodeForm(forms.Form):
    """The figures that came by telephone."""

    figures = forms.RegexField(
        r"\A\s*\d{6}\s*\Z",
        label=gettext_lazy("届いた6桁の番号"),
        max_length=12,
        error_messages={"invalid": gettext_lazy("6桁の数字を入れてください。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
