"""A one-time code and a key made on the box are the only way in."""

from __future__ import annotations

import base64
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from sensors import activation
from sensors.models import ActivationCode, Sensor, SensorKey
from sensors.services import activation_code_issue, sensor_prepare
from tenants.models import AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.factories import Box, Cast
from tests.sensors.box import Sender, alert_line


@pytest.fixture(autouse=True)
def _no_tries_yet(cast: Cast) -> None:
    cache.clear()


def _code(cast: Cast) -> str:
    with tenant_scope(cast.sakura_dental.pk):
        sensor = sensor_prepare(tenant_id=cast.sakura_dental.pk, name="支店")
        return activation_code_issue(sensor=sensor).code


def _order(code: str, key: Ed25519PrivateKey, prover: Ed25519PrivateKey | None = None) -> dict[str, Any]:
    public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    proof = (prover or key).sign(f"otasuke-activation-v1\n{code}\n{public}\n".encode())
    return {
        "code": code,
        "public_key": public,
        "proof": base64.b64encode(proof).decode(),
        "hardware": {"model": "mini\x00box"},
        "agent_version": "1.0",
    }


def _ask(order: dict[str, Any]) -> Any:
    return Client().post("/api/v1/activations", json.dumps(order), content_type="application/json")


def _other(code: str) -> str:
    """The same look-up part, another rest."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_a_code_makes_a_box_that_may_send(cast: Cast) -> None:
    key = Ed25519PrivateKey.generate()
    answer = _ask(_order(_code(cast), key))
    assert answer.status_code == 201, answer.content
    data = answer.json()
    assert len(base64.b64decode(data["platform_public_key"])) == 32
    with tenant_scope(cast.sakura_dental.pk):
        sensor = Sensor.objects.get(device_id=data["device_id"])
        assert sensor.state == Sensor.State.ACTIVE
        assert AuditEvent.objects.filter(code="sensor.activated").count() == 1
    assert Sender(Box(sensor, data["key_id"], key)).batch([alert_line()]).status_code == 202


def test_people_may_type_it_carelessly(cast: Cast) -> None:
    code = _code(cast)
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    order = _order(typed.strip(), Ed25519PrivateKey.generate())
    assert _ask(order).status_code == 201


def test_a_code_works_once(cast: Cast) -> None:
    code = _code(cast)
    assert _ask(_order(code, Ed25519PrivateKey.generate())).status_code == 201
    again = _ask(_order(code, Ed25519PrivateKey.generate()))
    assert (again.status_code, again.json()["error"]) == (403, "code_refused")
    with tenant_scope(cast.sakura_dental.pk):
        assert SensorKey.objects.exclude(key_id=cast.sakura_box.key_id).count() == 1


def test_after_five_wrong_tries_the_right_code_opens_nothing(cast: Cast) -> None:
    code = _code(cast)
    for _ in range(activation.TRIES):
        assert _ask(_order(_other(code), Ed25519PrivateKey.generate())).status_code == 403
    assert _ask(_order(code, Ed25519PrivateKey.generate())).status_code == 403


def test_the_fifth_try_may_still_be_right(cast: Cast) -> None:
    code = _code(cast)
    for _ in range(activation.TRIES - 1):
        assert _ask(_order(_other(code), Ed25519PrivateKey.generate())).status_code == 403
    assert _ask(_order(code, Ed25519PrivateKey.generate())).status_code == 201


def test_an_expired_code_and_an_older_code_open_nothing(cast: Cast) -> None:
    code = _code(cast)
    with tenant_scope(cast.sakura_dental.pk):
        ActivationCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert _ask(_order(code, Ed25519PrivateKey.generate())).status_code == 403
    with tenant_scope(cast.sakura_dental.pk):
        sensor = sensor_prepare(tenant_id=cast.sakura_dental.pk, name="x")
        old, new = activation_code_issue(sensor=sensor).code, activation_code_issue(sensor=sensor).code
    assert _ask(_order(old, Ed25519PrivateKey.generate())).status_code == 403
    assert _ask(_order(new, Ed25519PrivateKey.generate())).status_code == 201


def test_a_key_one_does_not_hold_cannot_be_registered_and_costs_no_try(cast: Cast) -> None:
    code = _code(cast)
    answer = _ask(_order(code, Ed25519PrivateKey.generate(), prover=Ed25519PrivateKey.generate()))
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_proof")
    with tenant_scope(cast.sakura_dental.pk):
        assert ActivationCode.objects.get().tries_left == activation.TRIES


def test_only_a_hash_of_the_code_is_kept(cast: Cast) -> None:
    code = activation.code_read(_code(cast))
    with tenant_scope(cast.sakura_dental.pk):
        row = ActivationCode.objects.get()
    assert row.lookup == code[:4]
    assert code[4:].encode() not in bytes(row.code_hash)
    assert activation.code_matches(code, row.code_hash)
    assert not activation.code_matches(_other(code), row.code_hash)


def test_a_new_activation_ends_the_old_key(cast: Cast) -> None:
    before = Sender(cast.sakura_box)
    assert before.batch([alert_line()]).status_code == 202
    with tenant_scope(cast.sakura_dental.pk):
        code = activation_code_issue(sensor=cast.sakura_box.sensor).code
    assert _ask(_order(code, Ed25519PrivateKey.generate())).status_code == 201
    assert before.batch([alert_line()]).status_code == 403


@pytest.mark.parametrize("body", ["", "[]", "{}", "not json", '{"code": 5}', '{"code": "SHORT", "public_key": "x"}'])
def test_malformed_orders_are_400_in_json(cast: Cast, body: str) -> None:
    answer = Client().post("/api/v1/activations", body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "detail", "reference"}


def test_one_address_may_not_try_for_ever(cast: Cast) -> None:
    for _ in range(20):
        Client().post("/api/v1/activations", "{}", content_type="application/json")
    answer = _ask(_order(_code(cast), Ed25519PrivateKey.generate()))
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_tries")
    assert int(answer["Retry-After"]) > 0


def test_the_command_prints_a_code_that_works(cast: Cast) -> None:
    printed = io.StringIO()
    call_command("sensor_code", tenant=cast.sakura_dental.pk, new=True, name="倉庫", json=True, stdout=printed)
    issued = json.loads(printed.getvalue())
    answer = _ask(_order(issued["code"], Ed25519PrivateKey.generate()))
    assert answer.json()["device_id"] == issued["device_id"]
