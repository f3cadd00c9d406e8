"""Writes a message in the recipient's language from the templates `mail/<name>.subject.txt`, `.txt` and `.html`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language, gettext

from base.prepared import Prepared
from notifications.carriers.kinds import Carrier
from notifications.contact_rules import OPTIONAL, topic_of
from notifications.links import page_url
from notifications.models import NoticeContact
from notifications.stop_links import stop_url
from tenants.desk_contact import DeskContact, desk_contact
from tenants.models import Programme
from web.addresses import published

_BLANKS = " \t\r\n\u3000"
# One look at all there is to know of a firm: it is asked for every message.
_FIRM = Prepared(
    "recipient_of_firm",
    ("bigint", "text"),
    """
SELECT firm.name, chosen.address,
       (SELECT language FROM tenants_user WHERE email = lower(chosen.address) AND is_active),
       (SELECT programme_id FROM tenants_enrolment WHERE tenant_id = firm.id ORDER BY contract_start DESC LIMIT 1)
  FROM tenants_organisation firm, LATERAL (
    SELECT coalesce(nullif(btrim(firm.email, $2), ''), (
      SELECT person.email FROM tenants_membership place JOIN tenants_user person ON person.id = place.user_id
       WHERE place.organisation_id = firm.id AND place.role = 'owner' AND person.is_active
         AND upper(place.valid) IS NULL
       ORDER BY place.id LIMIT 1), '') AS address) chosen
 WHERE firm.id = $1
""",
)


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


class Shared:
    """What the messages of one run have in common and is read once: programmes, and their desks in words."""

    def __init__(self) -> None:
        self._programmes: dict[int, Programme] = {}
        self._desks: dict[tuple[int, str | None], DeskContact] = {}

    def programme(self, programme_id: int) -> Programme:
        """The programme. Raises DoesNotExist."""
        if programme_id not in self._programmes:
            self._programmes[programme_id] = Programme.objects.get(pk=programme_id)
        return self._programmes[programme_id]

    def desk(self, programme: Programme) -> DeskContact:
        """How its desk is reached, in the language in use."""
        place = programme.pk, get_language()
        if place not in self._desks:
            self._desks[place] = desk_contact(programme)
        return self._desks[place]


def recipient_of(*, tenant_id: int, shared: Shared | None = None) -> Recipient:
    """The firm's address for notices, else its oldest administrator's; the language of the person who has that address.

    `shared`: of a run that writes to many firms. Raises LookupError when the firm takes part in no programme.
    """
    rows = _FIRM.rows(tenant_id, _BLANKS)
    name, address, language, programme_id = rows[0] if rows else ("", "", None, None)
    if programme_id is None:
        raise LookupError(f"firm {tenant_id} takes part in no programme")
    programme = (shared or Shared()).programme(programme_id)
    return Recipient(tenant_id, " ".join(name.split()), address, language or "ja", programme)


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


def mail_write(
    *,
    name: str,
    recipient: Recipient,
    context: Mapping[str, Any],
    kind: str = "",
    link: str = "",
    shared: Shared | None = None,
) -> Written:
    """Render the templates with what every mail needs: addressee, desk, programme, links.

    `kind`: of the message where it is not `name`. `link`: where a short message leads; by a carrier that is no mail
    goes the subject and this link, no more. `shared`: of a run that writes to many firms.
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
        whole["desk"] = (shared or Shared()).desk(programme)
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
