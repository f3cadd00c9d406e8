"""Mails of this room. They are handed to the outbox by a signal, because the outbox lies in a room above.

The mail becomes a row in the caller's transaction: it is sent if and only if what it reports is committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.utils import translation

from base.about import About
from tenants.desk_contact import desk_contact
from tenants.models import Programme
from tenants.tenancy.scope import tenant_scope

# Arguments: those of notifications.services.outbox_put. A receiver stores the mail or raises.
mail_wanted = Signal()
# Arguments: those of notifications.account_mail.account_mail_put: mails to a person, not to an organisation.
account_mail_wanted = Signal()


def mail_ask(
    *,
    organisation_id: int,
    key: str,
    name: str,
    to: str,
    language: str,
    programme: Programme | None,
    about: About | None = None,
    **context: Any,
) -> None:
    """Write the templates `mail/<name>.*` in `language` and put the mail into the organisation's outbox.

    Organisations of every kind have an outbox; `key` is unique in it. `about`: the row the mail is about. Raises
    RuntimeError when no outbox listens.
    """
    whole = context | {"language": language, "site": {"name": programme.name if programme else ""}}
    with translation.override(language):
        if programme is not None:
            whole["desk"] = desk_contact(programme)
        subject = " ".join(render_to_string(f"mail/{name}.subject.txt", whole).split())
        text, html = (render_to_string(f"mail/{name}.{form}", whole) for form in ("txt", "html"))
    with tenant_scope(organisation_id):
        receivers = mail_wanted.send(
            sender=None,
            tenant_id=organisation_id,
            key=key,
            kind=name,
            about=about,
            to=to,
            subject=subject,
            text=text,
            html=html,
        )
    if not receivers:
        raise RuntimeError("no outbox listens to tenants.mailing.mail_wanted")


def account_mail_ask(*, kind: str, to: str, subject: str, text: str, html: str = "") -> None:
    """Hand a mail about a person's own account to the account mails. Raises RuntimeError when nobody listens."""
    if not account_mail_wanted.send(sender=None, kind=kind, to=to, subject=subject, text=text, html=html):
        raise RuntimeError("no outbox listens to tenants.mailing.account_mail_wanted")


def address_of(path: str) -> str:
    """The full address of one of our pages."""
    return str(settings.PORTAL_URL).rstrip("/") + path


@dataclass(frozen=True)
class PortalSite:
    """What Django's and allauth's templates call a site: the portal as it is configured."""

    domain: str
    name: str


def portal_site() -> PortalSite:
    """The portal's host, with its port where that is not the usual one."""
    host = urlsplit(str(settings.PORTAL_URL)).netloc
    return PortalSite(domain=host, name=host)


def on_portal(address: str) -> str:
    """The same page on the configured portal, whatever scheme, host and port `address` begins with."""
    parts = urlsplit(address)
    return address_of(urlunsplit(("", "", parts.path, parts.query, parts.fragment)))
