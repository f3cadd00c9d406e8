"""Writes a message in the recipient's language from the templates `mail/<name>.subject.txt`, `.txt` and `.html`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from notifications.carriers.kinds import Carrier
from notifications.contact_rules import OPTIONAL, topic_of
from notifications.links import page_url
from notifications.models import NoticeContact
from notifications.stop_links import stop_url
from tenants.desk_contact import desk_contact
from tenants.models import Membership, Organisation, Programme, User
from tenants.selectors import programme_of
from web.addresses import published


@dataclass(frozen=True)
class Recipient:
    """Who is told for a firm. `address` may be empty or unusable: outbox_put deals with that.

    `contact_id` None: the firm names nobody, so this is its one address. `contact`: what the firm calls the contact.
    """

    tenant_id: int
    name: str
    address: str
    language: str
    programme: Programme
    contact_id: int | None = None
    contact: str = ""
    carrier: str = Carrier.MAIL


@dataclass(frozen=True)
class Written:
    """A message's words. `link`: the page a short message leads to."""

    subject: str
    text: str
    html: str
    link: str = ""


def recipient_of(*, tenant_id: int) -> Recipient:
    """The firm's address for notices, else its oldest administrator's; the language of the person who has that address.

    Raises LookupError when the firm takes part in no programme.
    """
    firm = Organisation.objects.get(pk=tenant_id)
    address = firm.email.strip() or _administrator_address(tenant_id)
    user = User.objects.filter(email=address.lower(), is_active=True).first()
    language = user.language if user else "ja"
    return Recipient(tenant_id, " ".join(firm.name.split()), address, language, programme_of(tenant_id=tenant_id))


def recipient_for(contact: NoticeContact, firm: Recipient) -> Recipient:
    """A contact of the firm as a recipient; `firm`: what recipient_of gives."""
    return replace(
        firm,
        address=firm.address if contact.is_main else contact.address,
        language=contact.language,
        contact_id=contact.pk,
        contact=" ".join(contact.name.split()),
        carrier=contact.carrier,
    )


def _administrator_address(tenant_id: int) -> str:
    owners = Membership.objects.filter(
        organisation_id=tenant_id, role=Membership.Role.OWNER, user__is_active=True, valid__endswith__isnull=True
    )
    email = owners.order_by("pk").values_list("user__email", flat=True).first()
    return email or ""


def mail_write(
    *, name: str, recipient: Recipient, context: Mapping[str, Any], kind: str = "", link: str = ""
) -> Written:
    """Render the templates with what every mail needs: addressee, desk, programme, links.

    `kind`: of the message where it is not `name`. `link`: where a short message leads; by a carrier that is no mail
    goes the subject and this link, no more.
    """
    programme = recipient.programme
    whole: dict[str, Any] = {
        "firm": recipient.name,
        "site": {"name": programme.name},
        "home_url": page_url(published("home")),
        "language": recipient.language,
        "contact_name": recipient.contact,
        "stop_url": _stop_url(recipient, kind or name),
        **context,
    }
    with translation.override(recipient.language):
        whole["desk"] = desk_contact(programme)
        whole.setdefault("addressee", gettext("%(firm)s 御中") % {"firm": recipient.name})
        subject = " ".join(render_to_string(f"mail/{name}.subject.txt", whole).split())
        if recipient.carrier != Carrier.MAIL:
            return Written(subject=subject, text=subject, html="", link=link)
        return Written(
            subject=subject,
            text=render_to_string(f"mail/{name}.txt", whole),
            html=render_to_string(f"mail/{name}.html", whole),
            link=link,
        )


def _stop_url(recipient: Recipient, kind: str) -> str:
    topic = topic_of(kind)
    if topic not in OPTIONAL or recipient.carrier != Carrier.MAIL:
        return ""
    return stop_url(recipient.tenant_id, recipient.contact_id, topic)
