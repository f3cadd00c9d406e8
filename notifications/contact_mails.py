"""Messages about being a contact: the request to confirm, and the trial. Rows of the outbox like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from notifications.carriers.kinds import Carrier
from notifications.confirm_links import confirm_url
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write, recipient_for, recipient_of
from notifications.models import NoticeContact
from notifications.rules import CONFIRM_KIND, TEST_KIND
from notifications.services import outbox_put
from tenants.tenancy.scope import tenant_scope


def confirmation_put(*, contact: NoticeContact, now: datetime) -> None:
    """Ask whoever reads there to confirm, by a link."""
    recipient = _recipient(contact)
    url = confirm_url(contact)
    written = mail_write(name=CONFIRM_KIND, recipient=recipient, context={"confirm_url": url, "importance": None})
    if recipient.carrier != Carrier.MAIL:
        written = replace(written, text=f"{written.subject}\n{url}")
    _put(contact, recipient, CONFIRM_KIND, written, now)


def code_put(*, contact: NoticeContact, figures: str, now: datetime) -> None:
    """Send the figures that an owner types in to confirm a telephone number."""
    recipient = _recipient(contact)
    with translation.override(recipient.language):
        subject = gettext("お知らせの届け先の確認番号")
        shown = " ".join(figures) if contact.carrier == Carrier.VOICE else figures
        text = gettext("確認番号は %(figures)s です。お助け隊の画面に入れてください。") % {"figures": shown}
    _put(contact, recipient, CONFIRM_KIND, Written(subject, text, ""), now)


def trial_put(*, contact: NoticeContact, now: datetime) -> None:
    """Send a message that says it is a trial."""
    recipient = _recipient(contact)
    written = mail_write(
        name=TEST_KIND, recipient=recipient, context={"importance": None}, link=page_url("notices:list")
    )
    _put(contact, recipient, TEST_KIND, written, now)


def _recipient(contact: NoticeContact) -> Recipient:
    with tenant_scope(contact.tenant_id):
        return recipient_for(contact, recipient_of(tenant_id=contact.tenant_id))


def _put(contact: NoticeContact, recipient: Recipient, kind: str, written: Written, now: datetime) -> None:
    with tenant_scope(contact.tenant_id):  # only the firm's own work may write its outbox
        outbox_put(
            tenant_id=contact.tenant_id,
            key=f"{kind}:{contact.pk}:{now.isoformat()}",
            kind=kind,
            to=recipient.address,
            subject=written.subject,
            text=written.text,
            html=written.html,
            contact_id=contact.pk,
            carrier=contact.carrier,
            link=written.link,
        )
