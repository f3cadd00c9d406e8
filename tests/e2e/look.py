"""Pictures of every page at 390 and 1280: `python -m tests.e2e.look OUT_DIR [PAGE…]` on an empty, migrated database."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

from tests.e2e import browser as browsing
from tests.e2e.web import collect_static, serving

FIRM = {
    "home": "/",
    "alerts": "/alerts/",
    "alerts-all": "/alerts/?grade=all&days=90",
    "reports": "/reports/",
    "incident": "/incidents/2/",
}


def pictures(out: Path) -> None:
    from alerts.models import AlertGroup
    from incidents.models import DeskTask
    from tenants.models import Organisation
    from tenants.tenancy.scope import tenant_scope
    from tests import factories
    from tests.e2e.stage import busy_day

    if not Organisation.objects.using("owner").exists():
        cast = factories.cast_make()
        busy_day(cast)
        bank = factories.organisation_make("みどり信用金庫", factories.Kind.OUTREACH)
        factories.user_make("kin@bank.invalid", bank)
        factories.grant_make(bank, cast.sakura_dental, "outreach")
        factories.user_make("op@platform.invalid", factories.organisation_make("運用担当", factories.Kind.PLATFORM))
    firms = list(Organisation.objects.using("owner").filter(kind="sme").order_by("pk"))
    with tenant_scope(firms[0].pk):
        groups = {g.rule: g.pk for g in AlertGroup.objects.order_by("last_at")}
        task = DeskTask.objects.get()
    with tenant_scope(firms[1].pk):
        silent = DeskTask.objects.get(attention__isnull=False)
    firm = FIRM | {f"alert-{rule}": f"/alerts/{pk}/" for rule, pk in groups.items()}
    desk = {
        "queue": "/desk/",
        "task": f"/desk/tasks/{firms[0].pk}/{task.pk}/",
        "task-silent": f"/desk/tasks/{firms[1].pk}/{silent.pk}/",
        "call": "/desk/call/?number=075-000-0101",
        "desk-incident": f"/desk/incidents/{firms[0].pk}/2/",
    }
    soc = {"soc-alerts": "/soc/alerts/", "quarantine": "/soc/quarantine/"}
    people = {
        "hanako@sakura.invalid": firm,
        "jiro@yamada.invalid": {"home-silent": "/", "reports-empty": "/reports/"},
        "agent@desk.invalid": desk,
        "analyst@soc.invalid": soc,
        "clerk@office.invalid": {"office": "/", "office-firms": "/office/firms/"},
        "kin@bank.invalid": {"introduced": "/"},
        "op@platform.invalid": {"glass": "/"},
    }
    wanted = set(sys.argv[2:])
    collect_static()
    with serving(out / "web.log") as address, browsing.chromium() as browser:
        for email, pages in people.items():
            chosen = {k: v for k, v in pages.items() if not wanted or k in wanted}
            for width in (browsing.PHONE, browsing.DESK) if chosen else ():
                page = browsing.log_in(browser, address, email, width)
                for name, path in chosen.items():
                    page.goto(address + path)
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    print(f"{name} {width}: status ok, content {wide} px", flush=True)
                    page.screenshot(path=out / f"{name}-{width}.png", full_page=True)


if __name__ == "__main__":
    directory = Path(sys.argv[1]).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    pictures(directory)
