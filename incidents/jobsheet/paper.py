"""The report in words, and on paper: plain for the firm, full for the record (the shapes of OSK 表4-32 and 4-33)."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from incidents.jobsheet import selectors, wording
from incidents.jobsheet.invoicing import REDUCED
from incidents.models import WORK_KINDS, Invoice, Job, JobReport, SignOff
from printing.paper import PRESS
from tenants.models import Organisation

Content = dict[str, Any]


def report_pdf(report: JobReport, audience: str, mark: SignOff | None) -> bytes:
    """PDF of a version with the firm's mark under it. Raises printing.paper.PrintingFailed."""
    return PRESS.print(report_html(report, audience, mark))


def report_html(report: JobReport, audience: str, mark: SignOff | None) -> str:
    """The page as it is printed."""
    content: Content = report.content
    # Reports from before the vendor stood in them: the job's vendor made them, as far as the reader sees the job.
    vendor = (
        content.get("vendor")
        or Organisation.objects.filter(pk__in=Job.objects.filter(pk=report.job_id).values("vendor_id"))
        .values_list("name", flat=True)
        .first()
        or ""
    )
    context = {
        "vendor": vendor,
        "organisation_name": content["firm"],
        "title": gettext("作業報告書") if audience == "plain" else gettext("作業報告書(記録用)"),
        "period": gettext("作業%(number)s番 第%(version)s版")
        % {"number": content["job"]["number"], "version": content["version"]},
        "report": report,
        "report_words": content_in_words(content),
        "mark": mark,
        "drawn": drawn(mark),
    }
    return render_to_string(f"pdf/job-{audience}.html", context)


def invoice_pdf(invoice: Invoice, firm: str, payer: str, *, first_response: bool) -> bytes:
    """PDF of an invoice. `firm`: where the vendor worked, `payer`: to whom it is addressed; "" when not known.

    `first_response`: a bundled cover may pay a part of it.
    """
    lines = selectors.lines_of(invoice)
    context = {
        "payer": payer,
        "organisation_name": invoice.vendor.name,
        "title": gettext("請求書"),
        "period": invoice.number,
        "invoice": invoice,
        "billed_lines": lines,
        "totals": selectors.totals_of(invoice),
        "issuer": issuer_words(invoice),
        "first_response": first_response,
        "reduced": any(line.rate == REDUCED for line in lines),
        "firm": firm,
    }
    return PRESS.print(render_to_string("pdf/invoice.html", context))


def issuer_words(invoice: Invoice) -> dict[str, Any]:
    """Who issued it and where to pay. Invoices from before these were kept show what the vendor says of itself now."""
    vendor = invoice.vendor
    now = {
        "name": vendor.name,
        "postal_code": vendor.postal_code,
        "address": f"{vendor.prefecture}{vendor.municipality}{vendor.address}",
        "phone": vendor.phone,
    }
    issuer: dict[str, Any] = now | invoice.issuer
    account = issuer.get("account")
    if account:
        # Full width is what people read; the bank's half-width letters stay in the transfer file.
        wide = {name: unicodedata.normalize("NFKC", value) for name, value in account.items()}
        issuer["account"] = wide | {"type_name": wording.ACCOUNT_TYPES.get(account["type"], account["type"])}
    return issuer


def content_in_words(content: Content) -> Content:
    """A report's content with every code in words and every moment as a moment."""
    kinds, ways = dict(WORK_KINDS), dict(Job.Way.choices)
    minutes = content["minutes"]
    of_kind = {kind: [row for row in content["records"] if row["kind"] == kind] for kind in _KINDS}
    return {
        **content,
        "made_at": _moment(content["made_at"]),
        "began_at": _moment(content["began_at"]),
        "kind": dict(Job.Kind.choices)[content["job"]["kind"]],
        "ways": gettext("、").join(str(ways[way]) for way in content["ways"]),
        "alert": content["alert"]
        | {
            "at": _moment(content["alert"]["at"]),
            "last_at": _moment(content["alert"]["last_at"]),
            "functions": [wording.FUNCTIONS.get(name, name) for name in content["alert"]["functions"]],
        },
        "minutes": [(kinds[kind], minutes[kind]) for kind in kinds],
        "spent": [(kinds[kind], minutes[kind]) for kind in kinds if minutes[kind]],
        "travel": minutes["travel"],
        "without_travel": sum(minutes.values()) - minutes["travel"],
        "total": sum(minutes.values()),
        "entries": [
            row
            | {
                "kind": kinds[row["kind"]],
                "way": ways[row["way"]],
                "started_at": _moment(row["started_at"]),
                "stopped_at": _moment(row["stopped_at"]),
            }
            for row in content["entries"]
        ],
        "corrections": [
            row | {"kind": kinds[row["kind"]], "kind_after": kinds[row["kind_after"]], "at": _moment(row["at"])}
            for row in content["corrections"]
        ],
        "steps": [row | {"at": _moment(row["at"])} for row in of_kind["step"]],
        "findings": [
            row | {"severity": wording.SEVERITIES[row["severity"]], "done": wording.DONE[row["done"]]}
            for row in of_kind["finding"]
        ],
        "scans": [_scan(row) for row in of_kind["scan"]],
        "installs": [_install(row) for row in of_kind["install"]],
        "checklist": [
            row
            | {
                "item": wording.ITEMS[row["item"]].words if row["item"] in wording.ITEMS else row["item"],
                "ticked": wording.TICKED.get(row["ticked"], gettext("記入なし")),
            }
            for row in content["checklist"]
        ],
        "evidence": [
            file | {"at": _moment(file["at"]), "unseen": wording.UNSEEN.get(file.get("checked", ""), "")}
            for file in content["evidence"]
        ],
    }


_KINDS: Final = ("step", "finding", "scan", "install")


def _scan(scan: Content) -> Content:
    return scan | {
        "at": _moment(scan["at"]),
        "extent": wording.EXTENTS[scan["extent"]],
        "os_supported": wording.SUPPORTED[scan["os_supported"]],
        "tone": wording.RATING_TONES[scan["rating"]],
        "rating": wording.RATINGS[scan["rating"]],
        "doubts": [wording.DOUBTS[code] for code in scan["doubts"]],
    }


def _install(install: Content) -> Content:
    return install | {
        "outcome": wording.OUTCOMES[install["outcome"]],
        "ease": wording.EASE[install["ease"]] if install["ease"] else "",
        "reason_words": wording.DOOR_REASONS[install["reason"]] if install.get("reason") else "",
    }


def drawn(mark: SignOff | None) -> SafeString | None:
    """The drawn mark as SVG; None when the name was only typed."""
    if mark is None or not mark.strokes:
        return None
    lines: list[list[list[int]]] = mark.strokes
    paths = format_html_join(
        "", '<polyline points="{}"/>', ((" ".join(f"{x},{y}" for x, y in line),) for line in lines)
    )
    return format_html(
        '<svg class="mark" viewBox="0 0 1000 400" width="300" height="120" fill="none" stroke="#1a1a1a"'
        ' stroke-width="8" stroke-linecap="round" stroke-linejoin="round" role="img" aria-label="{}">{}</svg>',
        gettext("%(name)sさんが書いたしるし") % {"name": mark.name},
        paths,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
