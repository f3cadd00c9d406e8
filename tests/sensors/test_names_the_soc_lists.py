"""The SOC blocks a site on every box of its programme, or lets one pass, and sees how many boxes do it."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sensors import orders
from sensors.models import Order, OrderFile, WebGuardName
from sensors.web_names import NameRefused, host_read
from tenants.models import Programme
from tenants.tenancy.scope import tenant_scope
from tests import factories
from tests.factories import Box, Cast
from tests.portal import pages

AT = "/boxes/names/"
BAD = {"name": "https://Bad.Example.com:8443/login?x=1", "kind": "block", "reason": "にせのログイン画面"}


@pytest.fixture
def analyst(cast: Cast) -> Client:
    return _client(cast.analyst)


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return pages.text_of(answer.content.decode())


def _ask(box: Box, *, seen: int, state: str) -> Order | None:
    with tenant_scope(box.sensor.tenant_id):
        box_state = orders.BoxState(seen, state, "", {})
        return orders.order_pull(
            tenant_id=box.sensor.tenant_id, sensor_id=box.sensor.pk, box_state=box_state, now=timezone.now()
        )


def _names_sent(order: Order | None) -> str:
    assert order is not None
    (sha256,) = json.loads(bytes(order.manifest))["files"]["web_guard"]
    return gzip.decompress(bytes(OrderFile.objects.get(sha256=sha256).content)).decode()


def test_a_site_is_pasted_as_it_is_reaches_the_boxes_and_counts_those_that_hold_it(analyst: Client, cast: Cast) -> None:
    page = _text(analyst.post(AT, BAD, follow=True))
    assert "bad.example.com" in page
    assert "2台中0台" in page
    assert _names_sent(_ask(cast.sakura_box, seen=0, state="")) == "bad.example.com\n"
    assert "2台中0台" in _text(analyst.get(AT))
    _ask(cast.sakura_box, seen=1, state="applied")
    assert "2台中1台" in _text(analyst.get(AT))


def test_a_name_added_later_is_not_held_by_an_order_from_before(analyst: Client, cast: Cast) -> None:
    analyst.post(AT, BAD)
    _ask(cast.sakura_box, seen=0, state="")
    _ask(cast.sakura_box, seen=1, state="applied")
    WebGuardName.objects.update(added_at=timezone.now() + timedelta(seconds=1))
    assert "2台中0台" in _text(analyst.get(AT))


def test_a_site_is_let_pass_changed_and_taken_off(analyst: Client, cast: Cast) -> None:
    analyst.post(AT, BAD)
    analyst.post(AT, BAD | {"kind": "allow", "reason": "誤り"})
    (row,) = WebGuardName.objects.all()
    assert (row.kind, row.reason) == ("allow", "誤り")
    assert _names_sent(_ask(cast.sakura_box, seen=0, state="")) == "!bad.example.com\n"
    assert "外しました" in _text(analyst.post(AT, {"remove": row.pk}, follow=True))
    assert not WebGuardName.objects.exists()


@pytest.mark.parametrize("pasted", ["203.0.113.10", "http://[2001:db8::1]/", "intranet", "a b.example", "co.jp"])
def test_what_is_no_site_or_a_whole_branch_is_refused_with_what_to_do(analyst: Client, pasted: str) -> None:
    page = _text(analyst.post(AT, BAD | {"name": pasted}))
    assert any(words in page for words in ("サイトの名前を入れてください", "広すぎます"))
    assert not WebGuardName.objects.exists()


def test_the_service_itself_cannot_be_blocked_nor_a_name_above_it(analyst: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "watch.otasuke.example"]
    for name in ("watch.otasuke.example", "otasuke.example"):
        assert "このサービスのサイトです" in _text(analyst.post(AT, BAD | {"name": name}))
    assert not WebGuardName.objects.exists()


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("日本語.example", "xn--wgv71a119e.example"),
        ("user:pass@Evil.example/", "evil.example"),
        ("www.evil.example.", "www.evil.example"),
    ],
)
def test_names_are_read_as_people_paste_them(pasted: str, read: str) -> None:
    assert host_read(pasted) == read
    with pytest.raises(NameRefused):
        host_read(pasted, kept=frozenset({read}))


def test_another_programmes_list_is_out_of_reach(analyst: Client, cast: Cast) -> None:
    office = factories.organisation_make("よその事務局", factories.Kind.OFFICE)
    other = Programme.objects.using("owner").create(
        name="よその事業", office=office, desk_name="x", desk_phone="0", desk_email="x@x.invalid"
    )
    theirs = WebGuardName.objects.using("owner").create(
        programme_id=other.pk, name="theirs.example", kind="block", reason="必要なため"
    )
    assert "theirs.example" not in _text(analyst.get(AT))
    assert analyst.get(f"{AT}?programme={other.pk}").status_code == 404
    analyst.post(AT, {"remove": theirs.pk})
    assert WebGuardName.objects.filter(pk=theirs.pk).exists()


def test_nobody_else_sees_or_changes_the_list(cast: Cast) -> None:
    for user in (cast.hanako, cast.agent, cast.clerk):
        assert _client(user).get(AT).status_code == 404
        assert _client(user).post(AT, BAD).status_code in (403, 404)
    assert not WebGuardName.objects.exists()
