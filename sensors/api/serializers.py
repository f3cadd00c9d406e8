"""Shapes of what boxes send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sensors import activation, signing


class ActivationIn(serializers.Serializer[Any]):
    """A code, a public key and the proof that its private half is held."""

    code = serializers.CharField(max_length=40)
    public_key = serializers.CharField(max_length=64)
    proof = serializers.CharField(max_length=120)
    hardware = serializers.DictField(required=False, default=dict)
    agent_version = serializers.CharField(max_length=40, required=False, default="")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Adds `plain_code` and `key_bytes`; refuses a proof by another key."""
        try:
            key = signing.base64_bytes(data["public_key"], 32)
            proof = signing.base64_bytes(data["proof"], 64)
            plain = activation.code_read(data["code"])
        except (signing.Malformed, activation.CodeMalformed) as problem:
            raise serializers.ValidationError(str(problem), code="malformed") from None
        if not signing.verifies(key, proof, signing.activation_message(data["code"], data["public_key"])):
            raise serializers.ValidationError("proof does not verify with this key", code="bad_proof")
        return {**data, "plain_code": plain, "key_bytes": key}


class RotationOut(serializers.Serializer[Any]):
    """The platform's key `old` says that `new` signs from `at` on."""

    old = serializers.CharField()
    new = serializers.CharField()
    at = serializers.DateTimeField()
    signature = serializers.CharField()


class TimeOut(serializers.Serializer[Any]):
    """The platform's time, signed for the caller's nonce."""

    now = serializers.DateTimeField()
    key_id = serializers.CharField()
    signature = serializers.CharField()
    rotations = RotationOut(many=True)


class ActivationSettings(serializers.Serializer[Any]):
    """What a box begins with."""

    heartbeat_interval_s = serializers.IntegerField()


class ActivationOut(serializers.Serializer[Any]):
    """A box's identity."""

    device_id = serializers.UUIDField()
    key_id = serializers.UUIDField()
    platform_public_key = serializers.CharField()
    settings = ActivationSettings()


class HeartbeatOut(serializers.Serializer[Any]):
    """When the platform heard the box."""

    received_at = serializers.DateTimeField()


class KeyIn(serializers.Serializer[Any]):
    """A new key of a box, and the proof that its private half is held."""

    public_key = serializers.CharField(max_length=64)
    proof = serializers.CharField(max_length=120)


class KeyOut(serializers.Serializer[Any]):
    """The new key's id; the old key holds until then, or until the new one is first used."""

    key_id = serializers.UUIDField()
    old_key_expires_at = serializers.DateTimeField()
