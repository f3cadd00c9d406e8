"""Two keys of a box hold while it changes from one to the other."""

from django.db import migrations, models

SENSOR_KEY = """
CREATE OR REPLACE FUNCTION sec.sensor_key(device uuid, key uuid)
RETURNS TABLE (tenant_id bigint, sensor_id bigint, public_key bytea, revoked boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, sec, pg_temp AS $body$
SELECT k.tenant_id, k.sensor_id, k.public_key, {ended} OR s.state = 'retired'
  FROM sensors_sensorkey k JOIN sensors_sensor s ON s.id = k.sensor_id
 WHERE k.key_id = key AND s.device_id = device
$body$;
"""
NOW = SENSOR_KEY.format(ended="k.revoked_at IS NOT NULL OR coalesce(k.expires_at <= clock_timestamp(), false)")
BEFORE = SENSOR_KEY.format(ended="k.revoked_at IS NOT NULL")


class Migration(migrations.Migration):
    dependencies = [("sensors", "0002_row_level_security")]

    operations = [
        migrations.AddField("sensorkey", "expires_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("sensorkey", "confirmed_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(NOW, BEFORE),
    ]
