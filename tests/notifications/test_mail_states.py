"""A mail is sent or given up once, in whatever order its tries end."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import rules, services
from notifications.models import OutboxMessage
from notifications.states import OUTBOX_MOVES, OutboxState
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
TRIES = st.tuples(st.sampled_from(["sent", "later", "failed", "again"]), st.sampled_from([1, 3, rules.MAX_ATTEMPTS]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(to=st.sampled_from(["a@b.invalid", "no address"]), tries=st.lists(TRIES, max_size=6))
def test_what_was_sent_or_given_up_stays_so(cast: Cast, to: str, tries: list[tuple[str, int]]) -> None:
    firm = cast.sakura_dental.pk
    with transaction.atomic(), tenant_scope(firm):
        message = _put(firm, to)
        assert message.state == (OutboxState.WAITING if "@" in to else OutboxState.FAILED)
        for what, attempts in tries:
            was = OutboxState(OutboxMessage.objects.get(pk=message.pk).state)
            message.attempts = attempts
            if what == "sent":
                services.message_mark_sent(message=message, now=NOW)
            elif what == "failed":
                services.message_mark_failed(message=message, error="550", now=NOW)
            elif what == "later":
                services.message_try_later(message=message, error="451", now=NOW, urgent_kinds=frozenset())
            else:
                _put(firm, to)
            mine = OutboxMessage.objects.filter(key="k")
            now = OutboxState(mine.get().state)  # and there is one
            assert now == was or now in OUTBOX_MOVES[was]
            assert (mine.get().sent_at is not None) == (now == OutboxState.SENT)
        transaction.set_rollback(True)


def _put(firm: int, to: str) -> OutboxMessage:
    return services.outbox_put(tenant_id=firm, key="k", kind="digest", to=to, subject="s", text="t", html="h")
