"""Writes a mail in the recipient's language from the templates `mail/<name>.subject.txt`, `.txt` and `.html`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from notifications.links import page_url
from tenants.desk_contact import desk_contact
from tenants.models import Membership, Organisation, Programme, User
from tenants.selectors import programme_of
from web.addresses import published


@dataclass(frozen=True)
class Recipient:
    """Who is told for a firm. `address` may be empty or unusable: outbox_put deals with that."""

    tenant_id: int
    name: str
    address: str
    language: str
    programme: Programme


@dataclass(frozen=True)
class Written:
    """A mail's words."""

    subject: str
    text: str
    html: str


def recipient_of(*, tenant_id: int) -> Recipient:
    """The firm's address for notices, else its oldest administrator's; the language of the person who has that address.

    Raises LookupError when the firm takes part in no programme.
    """
    firm = Organisation.objects.get(pk=tenant_id)
    address = firm.email.strip() or _administrator_address(tenant_id)
    user = User.objects.filter(email=address.lower(), is_active=True).first()
    language = user.language if user else "ja"
    return Recipient(tenant_id, " ".join(firm.name.split()), address, language, programme_of(tenant_id=tenant_id))


def _administrator_address(tenant_id: int) -> str:
    owners = Membership.objects.filter(
        organisation_id=tenant_id, role=Membership.Role.OWNER, user__is_active=True, valid__endswith__isnull=True
    )
    email = owners.order_by("pk").values_list("user__email", flat=True).first()
    return email or ""


def mail_write(*, name: str, recipient: Recipient, context: Mapping[str, Any]) -> Written:
    """Render the three templates with what every mail needs: addressee, desk, programme, links."""
    programme = recipient.programme
    whole: dict[str, Any] = {
        "firm": recipient.name,
        "site": {"name": programme.name},
        "home_url": page_url(published("home")),
        "language": recipient.language,
        **context,
    }
    with translation.override(recipient.language):
        whole["desk"] = desk_contact(programme)
        whole.setdefault("addressee", gettext("%(firm)s 御中") % {"firm": recipient.name})
        subject = " ".join(render_to_string(f"mail/{name}.subject.txt", whole).split())
        return Written(
            subject=subject,
            text=render_to_string(f"mail/{name}.txt", whole),
            html=render_to_string(f"mail/{name}.html", whole),
        )
