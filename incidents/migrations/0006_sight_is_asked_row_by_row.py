"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0005_columns_for_keys"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
        ("sensors", "0003_sight_is_asked_row_by_row"),
        ("alerts", "0006_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("functions/identify_caller", sha256="45a37694d0f2", was="604e02a2e81c"),
        SqlFile("functions/office_firms", sha256="07753168e309", was="96c34225b265"),
        SqlFile("functions/office_firms_counted", sha256="c5aaaedac621"),
        SqlFile("tables/incidents_appointment", sha256="63776e701bc9", was="824678243b8b"),
        SqlFile("tables/incidents_breachnote", sha256="b6971c4e99e0", was="4749ace64f87"),
        SqlFile("tables/incidents_callbooking", sha256="724527d5989b", was="c303bf7198df"),
        SqlFile("tables/incidents_caller", sha256="f37e20d7824a", was="ce0168bf8ae9"),
        SqlFile("tables/incidents_case", sha256="5ae070179faa", was="658c24ea735e"),
        SqlFile("tables/incidents_caseevent", sha256="5d9a70e2bcf9", was="36e6c827498f"),
        SqlFile("tables/incidents_contact", sha256="a5c283821fea", was="41a29513a604"),
        SqlFile("tables/incidents_customermessage", sha256="ac8612368817", was="25aa94083c59"),
        SqlFile("tables/incidents_decision", sha256="1e4f92458029", was="c5cf6ca56a34"),
        SqlFile("tables/incidents_deskpresence", sha256="a4c81dea2222", was="e50993e79b06"),
        SqlFile("tables/incidents_desktask", sha256="54f64cc298f1", was="a668ade341be"),
        SqlFile("tables/incidents_escalation", sha256="0c43379658f9", was="af8eea77ae17"),
        SqlFile("tables/incidents_evidence", sha256="6eb3ed1ff68f", was="201a0b18fbfc"),
        SqlFile("tables/incidents_incident", sha256="4f171dc8b3c4", was="e5b6f87f9c9f"),
        SqlFile("tables/incidents_incidentevent", sha256="4ab1f6598877", was="316167c250f7"),
        SqlFile("tables/incidents_incidentgroup", sha256="673ebac3c3da", was="f06ca6711ac4"),
        SqlFile("tables/incidents_incidentreceipt", sha256="78d1c54d83a0", was="d956942d7c96"),
        SqlFile("tables/incidents_internalnote", sha256="6a027e50313c", was="a6a8f62ee505"),
        SqlFile("tables/incidents_invoice", sha256="7db5c41a7fb1", was="c1d138a7cb47"),
        SqlFile("tables/incidents_job", sha256="5605db6e4433", was="e0fa335cfa75"),
        SqlFile("tables/incidents_jobevent", sha256="36df4659b08c", was="c9cc2cfcefe6"),
        SqlFile("tables/incidents_joboffer", sha256="7316cb7b881a", was="254605d2a7c4"),
        SqlFile("tables/incidents_jobreport", sha256="59c72495ba96", was="61ed44d23313"),
        SqlFile("tables/incidents_sheetrecord", sha256="2e8e880c1ede", was="38acd2a40116"),
        SqlFile("tables/incidents_signoff", sha256="bf21e2bfc6a8", was="bb2be41e9e6c"),
        SqlFile("tables/incidents_upload", sha256="18153999da81", was="43c916a32495"),
        SqlFile("tables/incidents_visitcheck", sha256="392187eb5dce", was="034f1d7d97b1"),
        SqlFile("tables/incidents_watch", sha256="29dff5f0c61a", was="8612c1fd84a0"),
        SqlFile("tables/incidents_workentry", sha256="9f2333cb754d", was="81a703b5b3f6"),
    ]
