"""An hour's digests are written for several firms in one transaction: each firm's wall stands all the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection

from alerts import digest
from alerts.digest import digest_send_due
from alerts.models import AlertGroup
from notifications.models import OutboxMessage
from notifications.services import NewMessage, outbox_add, outbox_put
from sensors.devices import names_given
from tenants.tenancy.scope import ScopeMissing, scope_is_open, scopes_in_turn, tenant_scope
from tests.alerts.test_digest import NEXT, mails
from tests.factories import Cast
from tests.mailing import group_make


def firms_seen() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tenant_id FROM alerts_alertgroup")
        return {row[0] for row in cursor.fetchall()}


def test_in_its_turn_a_firm_is_the_only_one_in_sight_and_between_turns_nobody_is(cast: Cast) -> None:
    group_make(cast.sakura_box)
    group_make(cast.yamada_box)
    with scopes_in_turn() as turn:
        for firm in (cast.sakura_dental.pk, cast.yamada_works.pk):
            with turn(firm):
                assert firms_seen() == {firm}
                assert set(AlertGroup.objects.values_list("tenant_id", flat=True)) == {firm}
            assert firms_seen() == set()
            assert not AlertGroup.objects.exists()
    assert firms_seen() == set()
    assert not scope_is_open()


def test_turns_inside_a_scope_give_it_back(cast: Cast) -> None:
    group_make(cast.sakura_box)
    group_make(cast.yamada_box)
    with tenant_scope(cast.sakura_dental.pk):
        with scopes_in_turn() as turn, turn(cast.yamada_works.pk):
            assert firms_seen() == {cast.yamada_works.pk}
        assert firms_seen() == {cast.sakura_dental.pk}


def test_what_is_planned_once_still_asks_for_a_scope(cast: Cast) -> None:
    with pytest.raises(ScopeMissing):
        names_given([(cast.sakura_dental.pk, 1, "02:00:5e:00:53:01")])


def test_two_firms_of_a_set_get_a_mail_each_with_nothing_of_the_other(cast: Cast) -> None:
    group_make(cast.sakura_box, peer="203.0.113.7", signature="ET MALWARE Foobot Checkin")
    group_make(cast.yamada_box, peer="198.51.100.8", asset_ip="192.168.1.99", signature="ET MALWARE Barbot Checkin")
    assert digest_send_due(now=NEXT) == 2
    (sakura,), (yamada,) = mails(cast.sakura_dental.pk), mails(cast.yamada_works.pk)
    for body in (sakura.text, sakura.html):
        assert "203.0.113.7" in body
        for foreign in ("198.51.100.8", "Barbot", "192.168.1.99", cast.yamada_works.name):
            assert foreign not in body
    for body in (yamada.text, yamada.html):
        assert "198.51.100.8" in body
        for foreign in ("203.0.113.7", "Foobot", cast.sakura_dental.name):
            assert foreign not in body


def test_a_firm_that_fails_takes_its_own_digest_and_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    group_make(cast.sakura_box)
    group_make(cast.yamada_box)
    real = digest.compose

    def compose(groups: list[AlertGroup], *rest: Any) -> digest.Digest:
        if groups[0].tenant_id == cast.yamada_works.pk:
            raise RuntimeError("a bug")
        return real(groups, *rest)

    monkeypatch.setattr(digest, "compose", compose)
    assert digest_send_due(now=NEXT) == 1
    assert (len(mails(cast.sakura_dental.pk)), mails(cast.yamada_works.pk)) == (1, [])
    monkeypatch.setattr(digest, "compose", real)
    assert digest_send_due(now=NEXT) == 1, "it stayed for the next run, and the other is not written again"
    assert (len(mails(cast.sakura_dental.pk)), len(mails(cast.yamada_works.pk))) == (1, 1)


def test_a_message_that_has_its_key_is_refused_where_none_may(cast: Cast) -> None:
    firm = cast.sakura_dental.pk
    words: dict[str, Any] = {"kind": "digest", "to": "a@b.invalid", "subject": "s", "text": "t", "html": ""}
    with tenant_scope(firm):
        outbox_put(tenant_id=firm, key="k", **words)
    with pytest.raises(IntegrityError), tenant_scope(firm):
        outbox_add([NewMessage(tenant_id=firm, key="k", **words)])
    with tenant_scope(firm):
        assert OutboxMessage.objects.filter(key="k").count() == 1
