"""The wall around the boxes, and the doors a box knocks at before its firm is known."""

from django.db import migrations

from tenants.tenancy import rls

SENSOR_KEY = """
SELECT k.tenant_id, k.sensor_id, k.public_key, k.revoked_at IS NOT NULL OR s.state = 'retired'
  FROM sensors_sensorkey k JOIN sensors_sensor s ON s.id = k.sensor_id
 WHERE k.key_id = key AND s.device_id = device
"""
# One statement takes a try off the code, so that guessing in parallel gets no extra tries.
ACTIVATION_CODE = """
UPDATE sensors_activationcode c SET tries_left = c.tries_left - 1
 WHERE c.lookup = code_lookup AND c.used_at IS NULL AND c.expires_at > now() AND c.tries_left > 0
RETURNING c.tenant_id, c.id, c.sensor_id, c.code_hash
"""
SILENT = """
SELECT s.tenant_id, s.id FROM sensors_sensor s WHERE s.state = 'active' AND s.last_seen_at < before
"""


class Migration(migrations.Migration):
    dependencies = [("sensors", "0001_initial"), ("tenants", "0002_row_level_security")]

    operations = [
        rls.protect("sensors_sensor", opens_for=("watch", "desk")),
        rls.protect("sensors_sensorkey"),
        rls.protect("sensors_activationcode"),
        rls.same_firm_reference("sensors_sensorkey", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_activationcode", "sensor_id", "sensors_sensor"),
        rls.definer_function(
            "sensor_key(device uuid, key uuid)",
            "TABLE (tenant_id bigint, sensor_id bigint, public_key bytea, revoked boolean)",
            SENSOR_KEY,
            volatility="STABLE",
        ),
        rls.definer_function(
            "try_activation_code(code_lookup text)",
            "TABLE (tenant_id bigint, code_id bigint, sensor_id bigint, code_hash bytea)",
            ACTIVATION_CODE,
        ),
        rls.definer_function(
            "silent_sensors(before timestamptz)", "TABLE (tenant_id bigint, sensor_id bigint)", SILENT, volatility="STABLE"
        ),
    ]
