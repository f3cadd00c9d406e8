"""The SOC sees where a condemned file came from, has it stopped everywhere with a reason, and takes it back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from sensors.models import FileReport, KnownFile
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast

BAD = "c" * 64
PAGE = "/soc/files/"


def _client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.analyst)
    return client


def _reported(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        FileReport.objects.create(
            tenant_id=cast.sakura_dental.pk,
            sensor=cast.sakura_box.sensor,
            sha256=BAD,
            signature="Win.Test\u202egpj.exe",
            reported_at=datetime.now(UTC),
        )


def _decide(client: Client, kind: str, sha256: str = BAD, reason: str = "seen in the lab") -> str:
    answer = client.post(PAGE, {"sha256": sha256, "kind": kind, "reason": reason}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_analyst_sees_at_which_firm_a_file_was_found_and_that_nobody_else_stops_it(cast: Cast) -> None:
    _reported(cast)
    page = _client(cast).get(PAGE).content.decode()
    assert BAD in page
    assert cast.sakura_dental.name in page
    assert "止めていません" in page
    assert "Win.Test[U+202E]gpj.exe" in page


def test_a_file_is_stopped_everywhere_with_a_reason_and_taken_back(cast: Cast) -> None:
    _reported(cast)
    client = _client(cast)
    assert "理由" in _decide(client, "block", reason=" ")
    assert not KnownFile.objects.exists()
    assert "すべてのセンサーで止めています" in _decide(client, "block")
    known = KnownFile.objects.get()
    assert (known.basis, known.decided_by, known.reason) == ("analyst", cast.analyst, "seen in the lab")
    assert "止めるのをやめました" in _decide(client, "withdraw")
    assert "いま止めていません" in _decide(client, "withdraw")


def test_what_is_no_hash_is_refused_in_words(cast: Cast) -> None:
    assert "64文字" in _decide(_client(cast), "block", sha256="invoice.zip")
    assert not KnownFile.objects.exists()


def test_a_firm_does_not_see_the_page(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.hanako)
    assert client.get(PAGE).status_code in (403, 404)
