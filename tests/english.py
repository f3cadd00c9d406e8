"""The cast with names in Latin letters: whatever Japanese a page then shows is the platform's own text."""

from __future__ import annotations

import re
from html import unescape

from sensors.models import Sensor
from tenants.models import Organisation, Programme, User
from tenants.tenancy.scope import tenant_scope
from tests.factories import OWNER, Cast

# Kana, kanji, Japanese punctuation, full-width forms. Not: ・ and ― as separators, stars, the 〒 before a postcode.
JAPANESE = re.compile("[\u3001-\u3011\u3013-\u303f\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uff01-\uff60]+")
# The language selector names every language in itself.
OWN_NAMES = ("日本語",)


def japanese_in(text: str) -> list[str]:
    """The Japanese words of a text or page, tags' attributes included."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", unescape(text), flags=re.DOTALL)
    for name in OWN_NAMES:
        bare = bare.replace(name, "")
    return JAPANESE.findall(bare)


def cast_in_latin_letters(cast: Cast) -> None:
    """Rename firms, partners, programme, people and boxes; everybody reads English; mails go to Hanako."""
    names = {
        cast.sakura_dental: "Sakura Dental",
        cast.yamada_works: "Yamada Works",
        cast.soc: "Watch Centre",
        cast.desk: "Help Desk",
        cast.office: "Midori Chamber",
        cast.vendor: "Kawabe Systems",
    }
    for organisation, name in names.items():
        Organisation.objects.using(OWNER).filter(pk=organisation.pk).update(name=name, prefecture="Midori")
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(email=cast.hanako.email)
    Programme.objects.using(OWNER).update(name="Midori Help", desk_name="Help Desk")
    for person in (cast.hanako, cast.jiro, cast.analyst, cast.agent, cast.clerk, cast.engineer):
        User.objects.filter(pk=person.pk).update(language="en", family_name="Sample", given_name="Person")
    for box in (cast.sakura_box, cast.yamada_box):
        with tenant_scope(box.sensor.tenant_id):
            Sensor.objects.filter(pk=box.sensor.pk).update(name="Head office")
        box.sensor.name = "Head office"
