"""A firm of ten with its contacts, and what its messages became."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from base.sealing import seal
from notifications.contact_rules import Topic
from notifications.models import NoticeContact, OutboxMessage
from tenants.models import User
from tenants.tenancy.scope import tenant_scope

EVERYTHING = frozenset(Topic)


def contact_make(
    tenant_id: int,
    address: str,
    topics: frozenset[Topic] = EVERYTHING,
    *,
    carrier: str = "mail",
    secrets: dict[str, str] | None = None,
    **fields: Any,
) -> NoticeContact:
    """A confirmed contact; the first one brings the firm's own address along, as on the page."""
    from notifications.contacts import main_ensure

    main_ensure(tenant_id=tenant_id, now=timezone.now())
    values: dict[str, Any] = {
        "name": address.partition("@")[0],
        "language": "ja",
        "state": "active",
        "created_at": timezone.now(),
        "confirmed_at": timezone.now(),
        "secrets": seal(json.dumps(secrets)) if secrets else "",
        **{topic.value: topic in topics for topic in Topic},
    }
    with tenant_scope(tenant_id):
        contact: NoticeContact = NoticeContact.objects.create(
            tenant_id=tenant_id, address=address, carrier=carrier, **(values | fields)
        )
    return contact


def main_wants(tenant_id: int, *topics: Topic) -> None:
    """The firm's own address wants these."""
    with tenant_scope(tenant_id):
        NoticeContact.objects.filter(is_main=True).update(**{topic.value: topic in topics for topic in Topic})


def messages(tenant_id: int, **fields: Any) -> list[OutboxMessage]:
    """The firm's messages, oldest first."""
    with tenant_scope(tenant_id):
        return list(OutboxMessage.objects.filter(**fields).select_related("contact").order_by("pk"))


def owner(person: User) -> Client:
    """A browser of somebody who has just logged in."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
