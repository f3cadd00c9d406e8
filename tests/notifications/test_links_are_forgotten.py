"""A mail whose link lets its reader join is not kept readable in the outbox after it was sent."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications.models import OutboxMessage
from notifications.services import message_mark_sent, message_words, outbox_put
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast


@pytest.mark.parametrize(("kind", "kept"), [("invitation", ""), ("digest", "https://portal.invalid/secret")])
def test_only_what_must_not_be_read_again_is_forgotten(cast: Cast, kind: str, kept: str) -> None:
    firm = cast.sakura_dental
    with tenant_scope(firm.pk):
        link = "https://portal.invalid/secret"
        message = outbox_put(tenant_id=firm.pk, key="k", kind=kind, to="a@b.invalid", subject="s", text=link, html=link)
        assert message_words(message=message) == (link, link), "while it waits it must stay whole"
        message_mark_sent(message=message, now=timezone.now())
        stored = OutboxMessage.objects.get(pk=message.pk)
    assert (stored.text, stored.html) == (kept, kept)
