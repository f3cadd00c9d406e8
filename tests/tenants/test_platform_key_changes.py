"""The platform's signing key is replaced without a gap: boxes follow, and what the old key signed goes on verifying."""

from __future__ import annotations

import base64
import json
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from base import platform_key
from sensor_agent.identity import Device, Identity
from tenants.audit.record import audit_record_of_nobody
from tenants.audit.sealing import audit_anchor
from tenants.audit.verification import audit_verify
from tests.tenants.sealing import seal_all

NONCE = "00112233445566778899aabbccddeeff"


@pytest.fixture(autouse=True)
def own_key(settings: Settings, tmp_path: Path) -> Path:
    settings.PLATFORM_KEY_FILE = str(tmp_path / "keys" / "platform.key")
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "outside")
    return tmp_path / "keys" / "platform.key"


def rotate() -> str:
    output = StringIO()
    call_command("platform_key", "rotate", stdout=output)
    return output.getvalue()


def box() -> Identity:
    """A box that was activated now."""
    public = base64.b64encode(platform_key.public_bytes()).decode()
    return Identity(Device("d", "k", public, "http://x.invalid"), Ed25519PrivateKey.generate())


def believes(identity: Identity) -> bool:
    data = Client().get(f"/api/v1/time?nonce={NONCE}").json()
    return identity.time_verified(NONCE, data["now"], data["signature"], data["rotations"])


def test_a_box_follows_any_number_of_changes_without_having_been_there(database: None) -> None:
    first = box()
    assert believes(first)
    rotate()
    second = box()
    assert believes(first)
    rotate()
    rotate()
    assert believes(first)
    assert believes(second)
    assert believes(box())


def test_a_box_does_not_follow_a_stranger(database: None, tmp_path: Path, settings: Settings) -> None:
    first = box()
    rotate()
    ours = platform_key.rotations()[0]
    settings.PLATFORM_KEY_FILE = str(tmp_path / "thief" / "platform.key")
    data = Client().get(f"/api/v1/time?nonce={NONCE}").json()
    forged = {"old": ours.old, "new": base64.b64encode(platform_key.public_bytes()).decode(), "at": ours.at}
    message = platform_key.rotation_message(forged["old"], forged["new"], forged["at"])
    forged["signature"] = base64.b64encode(platform_key.private_key().sign(message)).decode()
    for statements in ([], [forged], [{"old": 1}, None, "x"], "x", None):
        assert not first.time_verified(NONCE, data["now"], data["signature"], statements)


def test_heads_signed_before_go_on_verifying_and_new_ones_are_signed_by_the_new_key(
    database: None, tmp_path: Path
) -> None:
    audit_record_of_nobody(code="x", subject="a")
    seal_all()
    before = audit_anchor(now=timezone.now() - timedelta(hours=2))
    assert before is not None
    rotate()
    seal_all()
    after = audit_anchor(now=timezone.now())
    assert after is not None
    assert before.key_id != after.key_id
    report = audit_verify(outside=[tmp_path / "outside"])
    assert (report.outside, report.breaks) == (2, [])


def test_an_old_key_signs_nothing_that_comes_later(database: None, tmp_path: Path, own_key: Path) -> None:
    audit_record_of_nobody(code="x", subject="a")
    seal_all()
    stolen = own_key.parent / "stolen"
    platform_key.private_key()
    stolen.write_bytes(own_key.read_bytes())
    rotate()
    current = own_key.read_bytes()
    own_key.write_bytes(stolen.read_bytes())
    statements = own_key.with_name("platform.key.rotations")
    kept = statements.read_text()
    statements.unlink()
    audit_anchor(now=timezone.now() + timedelta(hours=1))
    own_key.write_bytes(current)
    statements.write_text(kept)
    assert [flaw.kind for flaw in audit_verify().breaks] == ["bad_signature"]


def test_a_statement_that_was_changed_is_noticed(database: None, own_key: Path) -> None:
    rotate()
    statements = own_key.with_name("platform.key.rotations")
    changed = json.loads(statements.read_text()) | {"at": "2020-01-01T00:00:00+00:00"}
    statements.write_text(json.dumps(changed) + "\n")
    with pytest.raises(platform_key.BrokenRotations):
        platform_key.known_keys()


@pytest.mark.parametrize("killed_before", ["_append", "_sync", "replace"])
def test_a_killed_change_is_finished_by_the_next(
    database: None, own_key: Path, monkeypatch: pytest.MonkeyPatch, killed_before: str
) -> None:
    first = box()

    def killed(*args: object) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        if killed_before == "replace":
            patched.setattr(Path, "replace", killed)
        else:
            patched.setattr(platform_key, killed_before, killed)
        with pytest.raises(SystemExit):
            platform_key.rotate(now=timezone.now())
    assert believes(first), "whatever lies there, boxes go on"
    platform_key.rotate(now=timezone.now())
    assert believes(first)
    assert not own_key.with_name("platform.key.next").exists()
    assert len(platform_key.rotations()) == (2 if killed_before == "_sync" else 1)


def test_the_key_stays_unreadable_for_others_and_the_command_says_which_is_in_use(
    database: None, own_key: Path
) -> None:
    output = rotate()
    assert stat.S_IMODE(own_key.stat().st_mode) == 0o600
    assert [line.split(" ", 2)[2].split()[0] for line in output.splitlines()] == ["until", "in"]
    assert platform_key.key_id() in output.splitlines()[1]
