"""The key of a request to look ("sensor:5") is three columns now."""

from django.db import migrations, models

from base.sql_files import SqlFile
from tenants.tenancy import rls

COLUMNS = r"""
UPDATE notifications_attention SET
       about_type = CASE split_part(subject_key, ':', 1) WHEN 'group' THEN 'alertgroup' ELSE split_part(subject_key, ':', 1) END,
       about_id = split_part(subject_key, ':', 2)::bigint
 WHERE subject_key ~ '^(sensor|incident|job|group|claim):[0-9]+$'
"""
ADDRESSES = "UPDATE notifications_attention SET address = substr(subject_key, 9) WHERE subject_key LIKE 'address:%'"
KEYS = """
UPDATE notifications_attention SET subject_key = CASE
  WHEN about_id IS NOT NULL THEN CASE about_type WHEN 'alertgroup' THEN 'group' ELSE about_type END || ':' || about_id
  WHEN address <> '' THEN left('address:' || address, 120) ELSE 'firm' END
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_attentions_say_what_they_are_about")]

    operations = [
        migrations.RemoveConstraint("attention", "attention_open_once"),
        rls.rewrite_rows("notifications_attention", COLUMNS, expect="any", back=KEYS),
        rls.rewrite_rows("notifications_attention", ADDRESSES, expect="any"),
        SqlFile("functions/open_attentions", sha256="0df7cb1e0bf8", was="6a731a401329"),
        migrations.AlterField("attention", "subject_key", models.CharField(default="", max_length=120)),
        migrations.RemoveField("attention", "subject_key"),
        migrations.AddConstraint(
            "attention",
            models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("tenant", "kind", "about_type", "about_id", "address"),
                name="attention_open_once",
                nulls_distinct=False,
            ),
        ),
    ]
