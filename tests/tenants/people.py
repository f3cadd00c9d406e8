"""People at the log-in form, and what they find in their mail."""

from __future__ import annotations

import re

from django.test import Client

from notifications.models import OutboxMessage
from notifications.services import message_words
from tenants.tenancy.scope import tenant_scope
from tests.factories import PASSWORD, totp_code


def log_in(email: str, password: str = PASSWORD, secret: str = "") -> Client:
    """A browser that logged in by the form, with the authenticator's code when `secret` is given."""
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36")
    client.post("/accounts/login/", {"login": email, "password": password})
    if secret:
        client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    return client


def is_inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def mails_of(organisation_id: int, kind: str) -> list[OutboxMessage]:
    """The organisation's mails of a kind, oldest first."""
    with tenant_scope(organisation_id):
        return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def link_in(mail: OutboxMessage) -> str:
    """Path of the invitation's link."""
    link = re.search(r"http://testserver(/invitations/\S+)", words_of(mail))
    assert link, words_of(mail)
    return link.group(1)


def words_of(mail: OutboxMessage) -> str:
    """The text as its reader gets it: some wait sealed."""
    text, _html = message_words(message=mail)
    return text
