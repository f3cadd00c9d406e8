"""A box changes its key without a gap; a lost box is silenced at once."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from django.utils import timezone

from sensors.keys import keys_holding, sensor_retire
from sensors.models import ActivationCode, Sensor, SensorKey
from sensors.services import ActivationRefused, activation_code_issue, sensor_activate
from tenants.models import AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.factories import Box, Cast
from tests.sensors.box import Sender


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _ask(box: Box, new: Ed25519PrivateKey, *, device: str = "", signer: Ed25519PrivateKey | None = None) -> Any:
    """POST /api/v1/keys as the box, with the proof by `signer` (the new key)."""
    public = _public(new)
    message = f"otasuke-key-v1\n{device or box.sensor.device_id}\n{public}\n".encode()
    proof = base64.b64encode((signer or new).sign(message)).decode()
    body = json.dumps({"public_key": public, "proof": proof}).encode()
    sender = Sender(box)
    return sender.post("/api/v1/keys", body, sender.headers(body))


def _rotate(box: Box) -> Box:
    new = Ed25519PrivateKey.generate()
    answer = _ask(box, new)
    assert answer.status_code == 201, answer.content
    return replace(box, key_id=UUID(answer.json()["key_id"]), private_key=new)


def _speaks(box: Box) -> int:
    return int(Sender(box).heartbeat({}).status_code)


def _codes(cast: Cast) -> list[str]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(AuditEvent.objects.order_by("pk").values_list("code", flat=True))


def test_both_keys_hold_until_the_new_one_is_used(cast: Cast) -> None:
    old = cast.sakura_box
    new = _rotate(old)
    assert _speaks(old) == 200
    assert _speaks(new) == 200
    assert _speaks(old) == 403
    assert _speaks(new) == 200
    assert _codes(cast) == ["sensor.key_rotated", "sensor.key_confirmed"]


def test_the_old_key_ends_after_seven_days_though_the_new_one_was_never_used(cast: Cast) -> None:
    old = cast.sakura_box
    new = _rotate(old)
    with tenant_scope(cast.sakura_dental.pk):
        key = SensorKey.objects.get(key_id=old.key_id)
        assert timedelta(days=6, hours=23) < key.expires_at - timezone.now() < timedelta(days=7)
        SensorKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert _speaks(old) == 403
    assert _speaks(new) == 200


def test_asked_again_after_a_lost_answer_it_is_the_same_key(cast: Cast) -> None:
    new = Ed25519PrivateKey.generate()
    first, second = _ask(cast.sakura_box, new), _ask(cast.sakura_box, new)
    assert first.json() == second.json()


def test_never_more_than_two_keys_hold(cast: Cast) -> None:
    first = _rotate(cast.sakura_box)
    second = _rotate(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        holding = keys_holding(tenant_id=cast.sakura_dental.pk, sensor_id=cast.sakura_box.sensor.pk)
    assert [key.key_id for key in holding] == [cast.sakura_box.key_id, second.key_id]
    assert _speaks(first) == 403


def test_a_key_used_before_is_refused(cast: Cast) -> None:
    old = cast.sakura_box
    assert _ask(old, old.private_key).status_code == 409
    new = _rotate(old)
    _speaks(new)
    assert _ask(new, old.private_key).status_code == 409


def test_the_proof_must_be_by_the_new_key_for_this_box(cast: Cast) -> None:
    new = Ed25519PrivateKey.generate()
    assert _ask(cast.sakura_box, new, signer=cast.sakura_box.private_key).json()["error"] == "bad_proof"
    assert _ask(cast.sakura_box, new, device=str(cast.yamada_box.sensor.device_id)).json()["error"] == "bad_proof"


def test_a_stranger_or_an_ended_key_changes_nothing(cast: Cast) -> None:
    stranger = replace(cast.sakura_box, private_key=Ed25519PrivateKey.generate())
    assert _ask(stranger, Ed25519PrivateKey.generate()).status_code == 401
    foreign = replace(cast.sakura_box, key_id=cast.yamada_box.key_id, private_key=cast.yamada_box.private_key)
    assert _ask(foreign, Ed25519PrivateKey.generate()).status_code == 401
    new = _rotate(cast.sakura_box)
    _speaks(new)
    assert _ask(cast.sakura_box, Ed25519PrivateKey.generate()).status_code == 403


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"public_key": "x", "proof": "y"}', b"\xff", b'{"public_key": 1}']
)
def test_what_is_not_a_key_is_refused(cast: Cast, body: bytes) -> None:
    sender = Sender(cast.sakura_box)
    assert sender.post("/api/v1/keys", body, sender.headers(body)).status_code == 400


def test_a_lost_box_says_nothing_any_more_and_no_code_revives_it(cast: Cast) -> None:
    box = cast.sakura_box
    new = _rotate(box)
    with tenant_scope(cast.sakura_dental.pk):
        code = activation_code_issue(sensor=box.sensor).code
        sensor_retire(sensor=box.sensor, reason="盗難")
    assert [_speaks(box), _speaks(new)] == [403, 403]
    public = base64.b64decode(_public(Ed25519PrivateKey.generate()))
    with pytest.raises(ActivationRefused):
        sensor_activate(code=code.replace("-", ""), public_key=public, hardware={}, agent_version="1")
    with tenant_scope(cast.sakura_dental.pk):
        assert Sensor.objects.get().state == Sensor.State.RETIRED
        assert not ActivationCode.objects.filter(expires_at__gt=timezone.now()).exists()
        with pytest.raises(ActivationRefused):
            activation_code_issue(sensor=box.sensor)
    assert _codes(cast)[-2:] == ["sensor.keys_revoked", "sensor.retired"]
    assert _speaks(cast.yamada_box) == 200


def test_the_desk_can_look_end_and_retire_by_command(cast: Cast) -> None:
    place = {"tenant": cast.sakura_dental.pk, "sensor": cast.sakura_box.sensor.pk}
    output = StringIO()
    call_command("sensor_keys", "list", **place, stdout=output)
    assert str(cast.sakura_box.key_id) in output.getvalue()
    call_command("sensor_keys", "revoke", **place, stdout=output)
    assert _speaks(cast.sakura_box) == 403
    with pytest.raises(CommandError, match="reason"):
        call_command("sensor_keys", "retire", **place)
    call_command("sensor_keys", "retire", **place, reason="返却", stdout=output)
    with pytest.raises(CommandError, match="no box"):
        call_command("sensor_keys", "list", tenant=cast.yamada_works.pk, sensor=cast.sakura_box.sensor.pk)
