"""Mails of the help chain, to the firm and to the vendor. An asked vendor reads what and where, never who.

They become rows of the outbox in the caller's transaction; a vendor's lie under its own number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from base.about import about_row
from incidents.models import Appointment, Job, JobOffer
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write
from notifications.notices import notice_put
from tenants.mailing import mail_ask
from tenants.models import Membership, Organisation, User
from tenants.selectors import programme_of
from tenants.tenancy.scope import tenant_scope
from web.addresses import published

NAME = "job"


def offer_mail_put(*, job: Job, offer: JobOffer) -> None:
    """To the asked vendor: kind, place, until when. No name, no address."""
    with tenant_scope(job.tenant_id):
        firm = Organisation.objects.get(pk=job.tenant_id)
    place = f"{firm.prefecture}{firm.municipality}"
    _to_vendor(
        job,
        offer.vendor,
        f"job:{job.pk}:offer:{offer.pk}",
        "offered",
        published("vendor_offer"),
        job.pk,
        place=place,
        until=offer.expires_at,
    )


def answer_mail_put(*, job: Job, offer: JobOffer, news: str) -> None:
    """To the firm: the vendor took it, declined, or did not answer in time."""
    _to_firm(job, f"job:{job.number}:offer:{offer.pk}:{news}", news, vendor=offer.vendor.name)


def given_back_mail_put(*, job: Job, vendor: Organisation, now: datetime) -> None:
    """To the firm: its vendor gave the job back, another one has to be found."""
    _to_firm(job, f"job:{job.number}:back:{now.isoformat()}", "given_back", vendor=vendor.name)


def cancelled_mail_put(*, job: Job, vendor: Organisation, now: datetime) -> None:
    """To the vendor that had taken the job, or was asked."""
    _to_vendor(job, vendor, f"job:{job.pk}:cancelled:{now.isoformat()}", "cancelled", published("vendor_home"))


def appointment_mail_put(*, job: Job, appointment: Appointment, news: str) -> None:
    """A proposal goes to the other side; what is agreed or taken back to both."""
    key = f"time:{appointment.pk}:{news}"
    facts: dict[str, Any] = {"starts_at": appointment.starts_at, "minutes": appointment.minutes, "way": appointment.way}
    vendor = job.vendor
    if vendor is not None and (news != "proposed" or appointment.side == "firm"):
        _to_vendor(job, vendor, f"job:{job.pk}:{key}", news, published("vendor_job"), job.pk, **facts)
    if news != "proposed" or appointment.side == "vendor":
        _to_firm(job, f"job:{job.number}:{key}", news, vendor=vendor.name if vendor else "", **facts)


def report_mail_put(*, job: Job, version: int) -> None:
    """To the firm: its vendor has reported, once for each version of the report."""
    vendor = job.vendor.name if job.vendor else ""
    _to_firm(job, f"job:{job.number}:report:{version}", "reported", page="jobsheet:firm_report", vendor=vendor)


def report_answer_mail_put(*, job: Job, version: int, news: str) -> None:
    """To the vendor: the firm put its mark under the report ("signed"), or asks for more ("sent_back")."""
    if job.vendor is not None:
        page = "jobsheet:report" if news == "signed" else "jobsheet:sheet"
        _to_vendor(job, job.vendor, f"job:{job.pk}:report:{version}:{news}", news, page, job.pk)


def vendor_money_mail_put(*, job: Job, vendor: Organisation, key: str, news: str, **facts: Any) -> None:
    """To the vendor about its pay: news "account_wanted", "insurer_approved", "insurer_rejected", "insurer_paid".

    `facts`: insurer_yen, own_yen (what the firm pays itself), paid_on, as far as they are known.
    """
    if news == "account_wanted":
        _to_vendor(job, vendor, f"job:{job.pk}:{key}", news, published("payee_account"), **facts)
    else:
        _to_vendor(job, vendor, f"job:{job.pk}:{key}", news, "jobsheet:invoice", job.pk, **facts)


def _to_firm(job: Job, key: str, news: str, page: str = "", **facts: Any) -> None:
    address = page_url(page or published("help_job"), job.pk)

    def write(recipient: Recipient, _key: str) -> Written:
        with translation.override(recipient.language):
            words = _words(news, job, for_vendor=False, **facts)
        return mail_write(name=NAME, recipient=recipient, context=words | {"address": address}, link=address)

    with tenant_scope(job.tenant_id):
        notice_put(tenant_id=job.tenant_id, key=key, kind=NAME, about=about_row(Job, job.pk), write=write)


def _to_vendor(job: Job, vendor: Organisation, key: str, news: str, page: str, *arguments: int, **facts: Any) -> None:
    with tenant_scope(job.tenant_id):
        programme = programme_of(tenant_id=job.tenant_id)
    with tenant_scope(vendor.pk):
        to = vendor.email.strip() or _owner_address(vendor.pk)
    user = User.objects.filter(email=to.lower(), is_active=True).first()
    language = user.language if user else "ja"
    with translation.override(language):
        words = _words(news, job, for_vendor=True, **facts)
        addressee = _("%(firm)s 御中") % {"firm": vendor.name}
    mail_ask(
        organisation_id=vendor.pk,
        key=key,
        name=NAME,
        about=about_row(Job, job.pk),
        to=to,
        language=language,
        programme=programme,
        addressee=addressee,
        address=page_url(page, *arguments),
        **words,
    )


def _owner_address(vendor_id: int) -> str:
    owners = Membership.objects.filter(
        organisation_id=vendor_id, role=Membership.Role.OWNER, user__is_active=True, valid__endswith__isnull=True
    )
    return owners.order_by("pk").values_list("user__email", flat=True).first() or ""


def _words(news: str, job: Job, *, for_vendor: bool, **facts: Any) -> dict[str, Any]:
    """Heading, what happened, what to do, and the facts, in the language in force."""
    heading, lead, button = _NEWS[news](for_vendor, facts)
    return {"heading": heading, "lead": lead, "button": button, "job": job, "news": news, **facts}


def _offered(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("作業の依頼が届いています"),
        _("引き受けられるか、期限までにお返事ください。会社の名前と連絡先は、引き受けたあとに表示します。"),
        _("依頼を見て返事をする"),
    )


def _accepted(_vendor: bool, facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("%(vendor)sが引き受けました") % facts,
        _("次は、日時を決めます。事業者から候補が届くか、こちらから候補を送れます。"),
        _("日時を決める"),
    )


def _declined(_vendor: bool, facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("%(vendor)sは今回対応できません") % facts,
        _("ほかの事業者を選べます。次におすすめの事業者を画面に表示しています。"),
        _("ほかの事業者を選ぶ"),
    )


def _expired(_vendor: bool, facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("%(vendor)sから期限までに返事がありませんでした") % facts,
        _("ほかの事業者を選べます。次におすすめの事業者を画面に表示しています。"),
        _("ほかの事業者を選ぶ"),
    )


def _given_back(_vendor: bool, facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("%(vendor)sが対応できなくなりました") % facts,
        _("ほかの事業者を選べます。お急ぎのときは相談窓口へお電話ください。"),
        _("ほかの事業者を選ぶ"),
    )


def _cancelled(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return _("作業の依頼が取りやめになりました"), _("していただくことはありません。"), _("わたしの作業を見る")


def _proposed(vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    lead = _("会社から日時の候補が届きました。") if vendor else _("事業者から日時の候補が届きました。")
    return (
        _("日時の候補が届きました"),
        lead + _("よければ決定し、合わなければ別の候補を送ってください。"),
        _("候補を見る"),
    )


def _agreed(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("日時が決まりました"),
        _("予定表に入れるファイルは、画面から受け取れます。変えたいときも同じ画面でできます。"),
        _("決まった日時を見る"),
    )


def _dropped(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return _("決まっていた日時が取り消されました"), _("新しい日時を決めてください。"), _("日時を決める")


def _reported(_vendor: bool, facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("%(vendor)sから作業の報告が届きました") % facts,
        _(
            "何をしたか、いまは大丈夫かをお読みください。よければ「確認しました」を、気になることがあれば同じ画面から伝えてください。"
        ),
        _("作業の報告を読む"),
    )


def _signed(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("会社が作業の報告を確認しました"),
        _("請求書を出せます。作業後の質問にもお答えください。"),
        _("報告のページを見る"),
    )


def _sent_back(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("会社から、まだ気になることがあると連絡がありました"),
        _("作業中に戻っています。会社が書いた理由は画面で読めます。続きを記録し、もう一度報告してください。"),
        _("作業の画面を開く"),
    )


def _account_wanted(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("振込口座を登録してください"),
        _("保険会社が作業の費用を振り込めるように、振込口座を登録してください。登録は管理者の方ができます。"),
        _("振込口座を登録する"),
    )


def _insurer_approved(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("保険の支払いが決まりました"),
        _("保険会社が、登録された口座に振り込みます。会社の負担分があるときは、会社からお受け取りください。"),
        _("請求書を見る"),
    )


def _insurer_rejected(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("保険は支払われないことになりました"),
        _("費用は全額、会社の負担です。会社からお受け取りください。"),
        _("請求書を見る"),
    )


def _insurer_paid(_vendor: bool, _facts: dict[str, Any]) -> tuple[str, str, str]:
    return (
        _("保険会社から振り込まれました"),
        _("口座をお確かめください。会社の負担分があるときは、会社からお受け取りください。"),
        _("請求書を見る"),
    )


_NEWS = {
    "offered": _offered,
    "accepted": _accepted,
    "declined": _declined,
    "expired": _expired,
    "given_back": _given_back,
    "cancelled": _cancelled,
    "proposed": _proposed,
    "agreed": _agreed,
    "dropped": _dropped,
    "reported": _reported,
    "signed": _signed,
    "sent_back": _sent_back,
    "account_wanted": _account_wanted,
    "insurer_approved": _insurer_approved,
    "insurer_rejected": _insurer_rejected,
    "insurer_paid": _insurer_paid,
}
