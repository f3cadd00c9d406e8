"""Named reads of mails to the desk, in any scope that sees them."""

from __future__ import annotations

from django.db.models import QuerySet

from incidents.models import Contact, DeskMail, MailFile
from incidents.states.mail import MailState


def mails_aside() -> QuerySet[DeskMail]:
    """What was kept aside and nobody has looked at, the newest first."""
    return DeskMail.objects.filter(state=MailState.ASIDE).order_by("-taken_at")


def mails() -> QuerySet[DeskMail]:
    """Every mail, with its firm."""
    return DeskMail.objects.select_related("firm")


def mail_files() -> QuerySet[MailFile]:
    """Files of mails, with their mails."""
    return MailFile.objects.select_related("mail")


def contact_of(mail: DeskMail) -> Contact | None:
    """The contact a mail became."""
    return Contact.objects.filter(pk=mail.contact_id).first() if mail.contact_id else None
