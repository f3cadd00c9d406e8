"""Forms of contacts that are told by chat, webhook or telephone: what each carrier needs to find them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from base.phone_numbers import number_of
from notifications.carriers import line_works, telephony
from notifications.carriers.kinds import DIALLED, Carrier
from notifications.carriers.public_http import AddressRefused, url_check
from notifications.carriers.webhook import secret_make
from notifications.ui.forms import MailContactForm, NewContactForm

_SHOWN = 4  # last signs of a secret address: enough to tell two apart


class UrlForm(NewContactForm):
    """A secret address of a maker's service or of the firm's program. `hosts`: where it may be; empty: anywhere."""

    hosts: tuple[str, ...] = ()
    url = forms.CharField(
        max_length=2000, strip=True, widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def clean_url(self) -> str:
        """One that something may be sent to."""
        url: str = self.cleaned_data["url"]
        try:
            host = url_check(url).hostname or ""
        except AddressRefused:
            raise forms.ValidationError(
                gettext("https:// で始まる、インターネットから届くURLを入れてください。")
            ) from None
        if self.hosts and not settings.POSTS_TO_LOOPBACK and not any(_is_host(host, known) for known in self.hosts):
            raise forms.ValidationError(gettext("このサービスのURLではないようです。コピーし直してください。"))
        return url

    @property
    def address(self) -> str:
        url = self.cleaned_data["url"]
        return f"{urlsplit(url).hostname} …{url[-_SHOWN:]}"

    @property
    def secrets(self) -> dict[str, str]:
        return {"url": self.cleaned_data["url"]}


def _is_host(host: str, known: str) -> bool:
    return host == known or host.endswith(f".{known}")


class SlackForm(UrlForm):
    """An incoming webhook of a channel."""

    carrier = Carrier.SLACK
    hosts = ("hooks.slack.com",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].label = gettext("SlackのWebhook URL")
        self.fields["url"].help_text = gettext(
            "Slackの「Incoming Webhooks」で、届けたいチャンネルのURLを作り、貼り付けてください。"
        )


class TeamsForm(UrlForm):
    """The address of a workflow that posts into a channel."""

    carrier = Carrier.TEAMS
    hosts = ("logic.azure.com", "powerplatform.com", "powerautomate.com")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].label = gettext("TeamsのワークフローのURL")
        self.fields["url"].help_text = gettext(
            "Teamsの「ワークフロー」で「Webhook 要求を受信するとチャネルに投稿する」を作り、表示されたURLを"
            "貼り付けてください。"
        )


class WebhookForm(UrlForm):
    """An address of a program of the firm's own."""

    carrier = Carrier.WEBHOOK

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signing_secret = secret_make()
        self.fields["url"].label = gettext("届けるURL")
        self.fields["url"].help_text = gettext(
            "お知らせをJSONで送ります。署名の鍵は、足した直後に1回だけ表示します(Standard Webhooks 1.0)。"
        )

    @property
    def secrets(self) -> dict[str, str]:
        return {"url": self.cleaned_data["url"], "secret": self.signing_secret}


class ChatworkForm(NewContactForm):
    """A room, and the token of an account that may write in it."""

    carrier = Carrier.CHATWORK
    room = forms.RegexField(
        r"\A\d{1,12}\Z",
        label=gettext_lazy("ルームID"),
        help_text=gettext_lazy("チャットのURLの「rid」の後ろの数字です。"),
        error_messages={"invalid": gettext_lazy("数字だけを入れてください。")},
    )
    token = forms.RegexField(
        r"\A[A-Za-z0-9]{16,64}\Z",
        label=gettext_lazy("APIトークン"),
        help_text=gettext_lazy("お知らせを書き込むアカウントの「サービス連携」で作れます。"),
        error_messages={"invalid": gettext_lazy("英数字だけを入れてください。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    @property
    def address(self) -> str:
        return gettext("ルーム %(room)s") % {"room": self.cleaned_data["room"]}

    @property
    def secrets(self) -> dict[str, str]:
        return {"room": self.cleaned_data["room"], "token": self.cleaned_data["token"]}


class LineWorksForm(NewContactForm):
    """A talk room, and the bot and service account that write in it."""

    carrier = Carrier.LINE_WORKS
    channel_id = forms.CharField(label=gettext_lazy("トークルームのチャンネルID"), max_length=80)
    bot_id = forms.RegexField(
        r"\A\d{1,20}\Z",
        label=gettext_lazy("Bot ID"),
        error_messages={"invalid": gettext_lazy("数字だけを入れてください。")},
    )
    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=120)
    client_secret = forms.CharField(
        label=gettext_lazy("Client Secret"),
        max_length=120,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    service_account = forms.CharField(label=gettext_lazy("Service Account"), max_length=200)
    private_key = forms.CharField(
        label=gettext_lazy("Private Key(ファイルの中身)"),
        max_length=8000,
        help_text=gettext_lazy("LINE WORKSの開発者画面で発行したファイルを開き、すべて貼り付けてください。"),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_private_key(self) -> str:
        """An RSA key in PEM."""
        key: str = self.cleaned_data["private_key"]
        try:
            line_works.key_read(key)
        except line_works.KeyUnreadable:
            raise forms.ValidationError(
                gettext("鍵が読み取れません。「-----BEGIN」から「END …-----」まで、すべて貼り付けてください。")
            ) from None
        return key

    @property
    def address(self) -> str:
        return gettext("トークルーム …%(end)s") % {"end": self.cleaned_data["channel_id"][-_SHOWN:]}

    @property
    def secrets(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].strip() for name in line_works.FIELDS}


class PhoneForm(NewContactForm):
    """A telephone number. Only a ★★★ goes there."""

    number = forms.CharField(
        label=gettext_lazy("電話番号"),
        max_length=40,
        help_text=gettext_lazy("重要度 高(★★★)のお知らせだけを届けます。夜間や休日にも届きます。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """A number of this country, in E.164: calls abroad cost what nobody expects."""
        number = number_of(self.cleaned_data["number"])
        if number is None or not number.e164.startswith("+81"):
            raise forms.ValidationError(gettext("国内の電話番号を、市外局番から入れてください。"))
        return number.e164

    @property
    def address(self) -> str:
        return str(self.cleaned_data["number"])


class SmsForm(PhoneForm):
    """A mobile number."""

    carrier = Carrier.SMS


class VoiceForm(PhoneForm):
    """Any number."""

    carrier = Carrier.VOICE


_FORMS: dict[str, type[NewContactForm]] = {
    form.carrier: form
    for form in (
        MailContactForm,
        SmsForm,
        VoiceForm,
        LineWorksForm,
        ChatworkForm,
        SlackForm,
        TeamsForm,
        WebhookForm,
    )
}


def forms_offered() -> dict[str, type[NewContactForm]]:
    """Carrier → its form; telephones only where the installation has a provider."""
    dialled = telephony.provider() is not None
    return {carrier: form for carrier, form in _FORMS.items() if dialled or carrier not in DIALLED}
