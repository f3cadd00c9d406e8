"""Which firms a text names is asked by the text's own letters."""

import tenants.models.organisation
from django.db import migrations, models

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0009_a_soc_reads_what_is_agreed_for_its_programmes"),
    ]

    operations = [
        SqlFile("functions/bare_words", sha256="e2d781a04d35"),
        SqlFile("functions/bare_name", sha256="6a769993cd7b"),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                tenants.models.organisation.NameHead("name"),
                condition=models.Q(("kind", "sme")),
                name="organisation_by_name_head",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                tenants.models.organisation.AddressHead("address"),
                condition=models.Q(("kind", "sme")),
                name="organisation_by_address_head",
            ),
        ),
        SqlFile("functions/firms_in_words", sha256="d61e9dcf79d5"),
    ]
